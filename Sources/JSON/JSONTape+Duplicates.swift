extension JSONTape {
  /// Flags every key of an object that equals an earlier one, comparing decoded bytes. Linear for any size: past
  /// sixteen keys through a hash table, whose seed is this tape's own so that no input can aim at its slots.
  mutating func markDuplicates(in object: Int, _ bytes: Span<UInt8>) {
    var keys = 0
    forEachMember(of: object) { _, _ in keys += 1 }
    if keys <= 16 {
      markByPairs(in: object, bytes)
    } else {
      markByHash(in: object, keys, bytes)
    }
  }

  private mutating func markByPairs(in object: Int, _ bytes: Span<UInt8>) {
    let end = end(of: object)
    var key = object + 1
    while key < end {
      var earlier = object + 1
      while earlier < key {
        if haveSameText(tokens[earlier], tokens[key], bytes) {
          mark(key)
          break
        }
        earlier = self.end(of: earlier + 1)
      }
      key = self.end(of: key + 1)
    }
  }

  private mutating func markByHash(in object: Int, _ keys: Int, _ bytes: Span<UInt8>) {
    var slotCount = 64
    while slotCount < keys * 2 { slotCount *= 2 }
    keySlots.removeAll(keepingCapacity: true)
    keySlots.append(contentsOf: repeatElement(0, count: slotCount))
    let end = end(of: object)
    var key = object + 1
    while key < end {
      var slot = Int(truncatingIfNeeded: hash(tokens[key], bytes)) & (slotCount - 1)
      while true {
        let other = Int(keySlots[slot])
        if other == 0 {  // token 0 is the root and never a key
          keySlots[slot] = UInt32(key)
          break
        }
        if haveSameText(tokens[other], tokens[key], bytes) {
          mark(key)
          break
        }
        slot = (slot + 1) & (slotCount - 1)
      }
      key = self.end(of: key + 1)
    }
  }

  private mutating func mark(_ key: Int) {
    tokens[key].flags.insert(.duplicateKey)
    flags.insert(.duplicateKey)
  }

  private func hash(_ token: JSONToken, _ bytes: Span<UInt8>) -> UInt64 {
    var hash = hashSeed
    var units = JSONStringUnits(token)
    while let unit = units.next(bytes) {
      hash = (hash ^ UInt64(unit)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash ^ hash >> 32
  }

  private func haveSameText(_ first: JSONToken, _ second: JSONToken, _ bytes: Span<UInt8>) -> Bool {
    if !first.flags.union(second.flags).has(.hasEscapes), first.range.count != second.range.count { return false }
    var left = JSONStringUnits(first)
    var right = JSONStringUnits(second)
    while let unit = left.next(bytes) {
      guard unit == right.next(bytes) else { return false }
    }
    return right.next(bytes) == nil
  }
}
