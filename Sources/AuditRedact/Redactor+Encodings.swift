import JSON

extension Redactor {
  /// A text transform that can be undone byte for byte, so that regions carry back exactly.
  enum Transform { case percent, backslash, entity }

  /// JSON in a string: walks it as the record itself. True if the text was JSON.
  mutating func scanNestedJSON(_ bytes: Span<UInt8>, _ range: Range<Int>, depth: Int, personal: Bool) -> Bool {
    var start = range.lowerBound
    while start < range.upperBound, bytes[start] <= 0x20 { start += 1 }
    guard start + 6 < range.upperBound else { return false }
    let first = bytes[start]
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "\"") else { return false }
    if first == UInt8(ascii: "["), isMarker(bytes, start..<range.upperBound) { return false }
    guard depth < Self.depthMax, var level = takeScratch(depth) else {
      blank(range, .depth)
      return true
    }
    let text = bytes.extracting(range)
    do {
      try level.tape.scan(text)
    } catch {
      scratch[depth] = consume level
      return false
    }
    let count = regions.count
    walk(0, .none, level.tape.tokens.span, text, depth: depth + 1, personal: personal)
    if range.lowerBound > 0 {
      for index in count..<regions.count {
        regions[index].start += range.lowerBound
        regions[index].end += range.lowerBound
      }
    }
    scratch[depth] = consume level
    return true
  }

  /// Scans a text once more with its escapes undone; what is found there counts here.
  mutating func scanDecoded(_ bytes: Span<UInt8>, _ pass: inout TextPass, _ transform: Transform) {
    guard pass.depth < Self.depthMax, var level = takeScratch(pass.depth) else {
      blank(pass.range, .depth)
      return
    }
    level.text.removeAll(keepingCapacity: true)
    level.map.start(raw: pass.range.lowerBound)
    switch transform {
    case .percent: decodePercent(bytes, pass.range, &level)
    case .backslash: decodeBackslash(bytes, pass.range, &level)
    case .entity: decodeEntities(bytes, pass.range, &level)
    }
    let first = regions.count
    if level.text.count < pass.range.count {
      scanText(level.text.span, 0..<level.text.count, depth: pass.depth + 1, personal: pass.personal)
      carryOut(from: first, level.map, quoteLevels: 0)
    }
    scratch[pass.depth] = consume level
  }

  /// A string token without its JSON escapes.
  mutating func decodeEscapes(_ token: JSONToken, _ bytes: Span<UInt8>, _ level: inout Scratch) {
    level.map.start(raw: token.range.lowerBound)
    decodeBackslash(bytes, token.range, &level)
  }

  private mutating func decodePercent(_ bytes: Span<UInt8>, _ range: Range<Int>, _ level: inout Scratch) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < range.upperBound, let high = hexDigit(bytes[index + 1]),
        let low = hexDigit(bytes[index + 2]), !isVariable(bytes, index + 1, range.upperBound)
      {
        let place = level.text.count
        level.text.append(high << 4 | low)
        level.map.addEscape(decoded: place..<place + 1, raw: index, width: 3)
        index += 3
      } else {
        level.text.append(byte)
        index += 1
      }
    }
  }

  /// `%DB_PASSWORD%` is a variable, though `%DB` would be a byte.
  private mutating func isVariable(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard bytes[start] &- 65 < 26 else { return false }
    var hasUnderscore = false
    for index in start..<min(end, start + 48) {
      if bytes[index] == UInt8(ascii: "_") {
        hasUnderscore = true
      } else if bytes[index] == UInt8(ascii: "%") {
        return hasUnderscore
      } else if !tables[bytes[index]].meets([.upper, .digit]) {
        return false
      }
    }
    return false
  }

  /// `\n`, `\"`, `\\`, `\u0041`, surrogate pairs, `\x41`; anything else stands for itself.
  mutating func decodeBackslash(_ bytes: Span<UInt8>, _ range: Range<Int>, _ level: inout Scratch) {
    // What is decoded is never longer than what it came from. Text and map are taken out, so that both can be
    // written while the other is.
    var text: [UInt8] = []
    swap(&text, &level.text)
    let base = text.count
    text.append(contentsOf: repeatElement(0, count: range.count))
    let used = writeDecoded(bytes, range, to: &text, from: base, &level.map)
    text.removeLast(base + range.count - used)
    swap(&text, &level.text)
  }

  /// Returns one past the last byte written.
  private mutating func writeDecoded(
    _ bytes: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8], from base: Int, _ map: inout OffsetMap
  ) -> Int {
    let raw = bytes.bytes
    var out = text.mutableSpan
    let room = out.count
    var at = base
    var index = range.lowerBound
    while index < range.upperBound {
      while index &+ 8 <= range.upperBound {  // eight bytes at a time up to a backslash
        let word = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        let other = UInt64(littleEndian: word) ^ 0x5C5C_5C5C_5C5C_5C5C
        let mask = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
        var words = out.mutableBytes
        words.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
        let copied = mask == 0 ? 8 : mask.trailingZeroBitCount &>> 3
        at &+= copied
        index &+= copied
        if mask != 0 { break }
      }
      guard index < range.upperBound else { break }
      guard bytes[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound else {
        out[at] = bytes[index]
        at &+= 1
        index &+= 1
        continue
      }
      let escaped = bytes[index + 1]
      let isRun = index &+ 2 < range.upperBound && bytes[index &+ 2] == UInt8(ascii: "\\")
      if !isRun, escaped == UInt8(ascii: "\\") || escaped == UInt8(ascii: "\"") {
        out[at] = escaped
        map.addEscapes(decoded: at, count: 1, raw: index, width: 2)
        at &+= 1
        index &+= 2
      } else if escaped == UInt8(ascii: "\\") || escaped == UInt8(ascii: "\"") {
        // A byte each, and the two of them one escape for the map: JSON in JSON in JSON has long runs of backslashes.
        let run = backslashes(bytes, index, range.upperBound)
        let first = index
        let start = at
        var left = run &>> 1
        while left >= 8, at &+ 8 <= room {
          var words = out.mutableBytes
          words.storeBytes(of: 0x5C5C_5C5C_5C5C_5C5C, toByteOffset: at, as: UInt64.self)
          at &+= 8
          left &-= 8
        }
        for _ in 0..<left {
          out[at] = UInt8(ascii: "\\")
          at &+= 1
        }
        index &+= run & ~1
        if run & 1 != 0, index &+ 1 < range.upperBound, bytes[index &+ 1] == UInt8(ascii: "\"") {
          out[at] = UInt8(ascii: "\"")
          at &+= 1
          index &+= 2
        }
        map.addEscapes(decoded: start, count: at &- start, raw: first, width: 2)
      } else {
        let (packed, count, width) = unescaped(bytes, index, range.upperBound)
        for offset in 0..<count { out[at + offset] = UInt8(truncatingIfNeeded: packed &>> UInt32(offset * 8)) }
        map.addEscape(decoded: at..<at + count, raw: index, width: width)
        at += count
        index += width
      }
    }
    return at
  }

  /// How many backslashes follow each other from a place on.
  @inline(__always)
  private mutating func backslashes(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Int {
    let raw = bytes.bytes
    var end = start
    while end &+ 8 <= limit {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: end, as: UInt64.self))
      let other = word ^ 0x5C5C_5C5C_5C5C_5C5C
      guard other == 0 else { return end &+ other.trailingZeroBitCount &>> 3 &- start }
      end &+= 8
    }
    while end < limit, bytes[end] == UInt8(ascii: "\\") { end &+= 1 }
    return end &- start
  }

  /// What an escape stands for: up to four bytes, the first in the lowest, their number, and the escape's own length.
  private mutating func unescaped(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (UInt32, Int, Int) {
    let byte = bytes[start + 1]
    switch byte {
    case UInt8(ascii: "n"): return (0x0A, 1, 2)
    case UInt8(ascii: "r"): return (0x0D, 1, 2)
    case UInt8(ascii: "t"): return (0x09, 1, 2)
    case UInt8(ascii: "b"), UInt8(ascii: "f"): return (0x20, 1, 2)
    case UInt8(ascii: "x"):
      guard let value = hex(bytes, start + 2, 2, end) else { break }
      return (value, 1, 4)
    case UInt8(ascii: "u"):
      guard let unit = hex(bytes, start + 2, 4, end) else { break }
      var (scalar, width) = (unit, 6)
      if unit & 0xFC00 == 0xD800, start + 7 < end, bytes[start + 6] == UInt8(ascii: "\\"),
        bytes[start + 7] == UInt8(ascii: "u"), let low = hex(bytes, start + 8, 4, end), low & 0xFC00 == 0xDC00
      {
        (scalar, width) = (0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF), 12)
      } else if unit & 0xF800 == 0xD800 {
        scalar = 0xFFFD
      }
      let (packed, count) = utf8(scalar)
      return (packed, count, width)
    default: break
    }
    return (UInt32(byte), 1, 2)
  }

  private mutating func utf8(_ scalar: UInt32) -> (UInt32, Int) {
    switch scalar {
    case ..<0x80: (scalar, 1)
    case ..<0x800: (0xC0 | scalar >> 6 | (0x80 | scalar & 0x3F) << 8, 2)
    case ..<0x10000:
      (0xE0 | scalar >> 12 | (0x80 | scalar >> 6 & 0x3F) << 8 | (0x80 | scalar & 0x3F) << 16, 3)
    default:
      (
        0xF0 | scalar >> 18 | (0x80 | scalar >> 12 & 0x3F) << 8 | (0x80 | scalar >> 6 & 0x3F) << 16
          | (0x80 | scalar & 0x3F) << 24, 4
      )
    }
  }

  private mutating func decodeEntities(_ bytes: Span<UInt8>, _ range: Range<Int>, _ level: inout Scratch) {
    let named: [(StaticString, UInt8)] = [
      ("&quot;", 0x22), ("&amp;", 0x26), ("&apos;", 0x27), ("&lt;", 0x3C), ("&gt;", 0x3E),
    ]
    var index = range.lowerBound
    next: while index < range.upperBound {
      let place = level.text.count
      if bytes[index] == UInt8(ascii: "&") {
        for (name, byte) in named where stands(name, bytes, index) && index + name.utf8CodeUnitCount <= range.upperBound
        {
          level.text.append(byte)
          level.map.addEscape(decoded: place..<place + 1, raw: index, width: name.utf8CodeUnitCount)
          index += name.utf8CodeUnitCount
          continue next
        }
        if let (scalar, width) = numericEntity(bytes, index, range.upperBound) {
          appendScalar(scalar, to: &level.text)
          level.map.addEscape(decoded: place..<level.text.count, raw: index, width: width)
          index += width
          continue
        }
      }
      level.text.append(bytes[index])
      index += 1
    }
  }

  /// `&#65;` or `&#x41;`.
  private mutating func numericEntity(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (UInt32, Int)? {
    guard start + 3 < end, bytes[start + 1] == UInt8(ascii: "#") else { return nil }
    var index = start + 2
    let isHex = bytes[index] | 0x20 == UInt8(ascii: "x")
    if isHex { index += 1 }
    var value: UInt32 = 0
    let first = index
    while index < end, index - first < 7, let digit = hexDigit(bytes[index]), isHex || digit < 10 {
      value = value * (isHex ? 16 : 10) + UInt32(digit)
      index += 1
    }
    guard index > first, index < end, bytes[index] == UInt8(ascii: ";"), Unicode.Scalar(value) != nil else {
      return nil
    }
    return (value, index + 1 - start)
  }

  private mutating func hex(_ bytes: Span<UInt8>, _ start: Int, _ count: Int, _ end: Int) -> UInt32? {
    guard start + count <= end else { return nil }
    var value: UInt32 = 0
    for index in start..<start + count {
      guard let digit = hexDigit(bytes[index]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  @inline(__always)
  mutating func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- 55
    default: nil
    }
  }
}
