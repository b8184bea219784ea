import JSON

extension Redactor {
  /// Appends `bytes[range]` with the regions replaced.
  mutating func appendReplaced(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) {
    var copied = range.lowerBound
    for region in regions {
      appendBytes(bytes.extracting(copied..<region.start), to: &out)
      if region.rule == RuleID(.quotedNumber) {
        appendQuote(region.quotes, into: &out)
        appendBytes(bytes.extracting(region.range), to: &out)
        appendQuote(region.quotes, into: &out)
      } else {
        appendMarker(region, bytes, into: &out)
      }
      copied = region.end
    }
    appendBytes(bytes.extracting(copied..<range.upperBound), to: &out)
  }

  /// Appends a string token's decoded text with its regions, which lie in its raw bytes, replaced.
  mutating func appendDecoded(
    _ token: JSONToken, _ line: Span<UInt8>, into out: inout [UInt8]
  ) {
    var piece = token
    var copied = token.range.lowerBound
    for region in regions {
      (piece.start, piece.end) = (UInt32(copied), UInt32(region.start))
      piece.decode(in: line, into: &out)
      // Decoding takes one string's quotes away, and so the escapes that they demanded.
      var unquoted = region
      unquoted.quotes = region.quotes > 0 ? region.quotes - 1 : 0
      appendMarker(unquoted, line, into: &out)
      copied = region.end
    }
    (piece.start, piece.end) = (UInt32(copied), token.end)
    piece.decode(in: line, into: &out)
  }

  private mutating func appendMarker(_ region: Region, _ bytes: Span<UInt8>, into out: inout [UInt8]) {
    if tables.isPlain {
      appendQuote(region.quotes, into: &out)
      out.append(contentsOf: rules.markers[Int(region.rule.rawValue)])
      appendQuote(region.quotes, into: &out)
      return
    }
    let mode = rules.policy.mode(of: region.rule)
    if case .drop = mode {
      if region.quotes > 0 { out.append(contentsOf: "null".utf8) }
      return
    }
    appendQuote(region.quotes, into: &out)
    if case .pseudonym = mode {
      appendPseudonym(region, bytes, into: &out)
    } else {
      out.append(contentsOf: rules.markers[Int(region.rule.rawValue)])
    }
    appendQuote(region.quotes, into: &out)
  }

  /// A quote inside n-1 strings: escaped once for each.
  private mutating func appendQuote(_ quotes: UInt8, into out: inout [UInt8]) {
    guard quotes > 0 else { return }
    out.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: (1 << (Int(quotes) - 1)) - 1))
    out.append(UInt8(ascii: "\""))
  }

  /// Makes regions from `first` on sorted and apart; of two that meet, the longer's rule stays.
  mutating func mergeRegions(from first: Int) {
    guard regions.count > first + 1 else { return }
    var isSorted = true
    for index in first + 1..<regions.count where regions[index].start < regions[index - 1].end {
      isSorted = false
      break
    }
    guard !isSorted else { return }
    regions[first...].sort { ($0.start, $1.end) < ($1.start, $0.end) }
    var last = first
    for index in first + 1..<regions.count {
      let region = regions[index]
      if region.start < regions[last].end {
        if region.range.count > regions[last].range.count { regions[last].rule = region.rule }
        regions[last].quotes = min(regions[last].quotes, region.quotes)
        regions[last].end = max(regions[last].end, region.end)
      } else {
        last += 1
        regions[last] = region
      }
    }
    regions.removeSubrange((last + 1)...)
  }

  /// Notes what the regions from `first` on were, in the value (or key) at a token.
  @inline(__always)
  mutating func recordHits(from first: Int, at token: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>) {
    guard regions.count > first else { return }
    if !tables.isPlain {
      let path = rules.policy.hasPaths ? pointer(to: token, tape, line) : ""
      applyPolicy(from: first, path: path, line)
    }
    if regions.count > first { addHits(from: first, at: token, tape, line) }
  }

  private mutating func addHits(from first: Int, at token: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>) {
    let pointer = hits.count < Self.hitsMax ? pointer(to: token, tape, line) : ""
    for region in regions[first...] { addHit(region.rule, pointer) }
  }

  /// The same for text that has no paths.
  mutating func recordHits(from first: Int, _ text: Span<UInt8>) {
    if !tables.isPlain, regions.count > first { applyPolicy(from: first, path: "", text) }
    for region in regions[first...] { addHit(region.rule, "") }
  }

  private mutating func addHit(_ rule: RuleID, _ path: String) {
    if rule == RuleID(.quotedNumber) { return }
    // From the end: a record's last hits are the likeliest to repeat. Bounded, so that it stays linear.
    for index in hits.indices.reversed().prefix(16) where hits[index].rule == rule && hits[index].path == path {
      hits[index].count += 1
      return
    }
    guard hits.count < Self.hitsMax else {
      hits[hits.count - 1].count += 1
      return
    }
    hits.append(RedactionHit(rule: rule, path: path, count: 1))
  }

  /// Distinct hits a record is described with; what comes after is counted on the last one.
  static let hitsMax = 256

  /// Where the way to the last pointer's token went in one container: hits come in the document's order, so the next way goes on there.
  struct PointerStep {
    let container: Int
    var child: Int
    var index: Int
  }

  /// Members and elements that all pointers of one look at a value may pass, for those that do not come in order. What lies beyond gets no
  /// pointer.
  private static let pointerStepsFloor = 1 << 16

  /// The pointers of another value, or of another look at it.
  mutating func startPointers(_ tape: Span<JSONToken>) {
    trail.removeAll(keepingCapacity: true)
    pointerSteps = Self.pointerStepsFloor + 4 * tape.count
  }

  /// The JSON pointer to a token, found by walking down to it: records without a hit pay nothing for paths.
  private mutating func pointer(to token: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>) -> String {
    var text: [UInt8] = []
    if rootKey >= 0 { appendStep(rootKey, tape, line, &text) }
    var container = rootValue
    var depth = 0
    while container != token {
      let isObject = tape[container].kind == .object
      var child = container + 1
      var index = 0
      if depth < trail.count, trail[depth].container == container, trail[depth].child <= token {
        (child, index) = (trail[depth].child, trail[depth].index)
      } else {
        trail.removeLast(trail.count - min(trail.count, depth))
        trail.append(PointerStep(container: container, child: child, index: index))
      }
      while true {
        pointerSteps -= 1
        if pointerSteps < 0 { return "" }
        let value = isObject ? child + 1 : child
        let next = tape.end(of: value)
        if token < next {
          trail[depth].child = child
          trail[depth].index = index
          depth += 1
          if isObject {
            appendStep(child, tape, line, &text)
          } else {
            text.append(contentsOf: "/\(index)".utf8)
          }
          if token == child { return String(decoding: text, as: UTF8.self) }
          container = value
          break
        }
        child = next
        index += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func appendStep(
    _ key: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>, _ text: inout [UInt8]
  ) {
    text.append(UInt8(ascii: "/"))
    if verdict(ofKey: key, tape, line).traits.contains(.textIsSecret) {
      text.append(contentsOf: rules.markers[Int(BuiltInRule.keyName.rawValue)])
      return
    }
    var name: [UInt8] = []
    tape[key].decode(in: line, into: &name)
    for byte in name.prefix(128) {
      switch byte {
      case UInt8(ascii: "~"): text.append(contentsOf: "~0".utf8)
      case UInt8(ascii: "/"): text.append(contentsOf: "~1".utf8)
      default: text.append(byte)
      }
    }
  }
}
