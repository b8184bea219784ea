@testable import Pattern

/// The textbook matcher: tries one alternative after the other and goes back. Exponential, and simple enough to be believed.
struct BacktrackingMatcher {
  struct TooLong: Error {}

  let node: PatternNode
  let capture: Int?
  let bytes: [UInt8]
  private var stepsLeft = 0
  private var open = -1
  private var close = -1

  init(_ text: String, capture: Int?, _ bytes: [UInt8]) throws {
    var parser = PatternParser(text)
    node = try parser.parse()
    self.capture = capture
    self.bytes = bytes
  }

  /// All matches that are not empty.
  mutating func found() throws -> [PatternMatch] {
    var matches: [PatternMatch] = []
    var start = 0
    while start <= bytes.count {
      (stepsLeft, open, close) = (20_000, -1, -1)
      var end = -1
      let matched = try match(node, start) { matcher, place in
        end = place
        return true
      }
      if matched, end > start {
        matches.append(PatternMatch(range: start..<end, captured: open >= 0 && close >= open ? open..<close : nil))
        start = end
      } else {
        start += 1
      }
    }
    return matches
  }

  private typealias Rest = (inout BacktrackingMatcher, Int) throws -> Bool

  private mutating func match(_ node: PatternNode, _ place: Int, _ rest: Rest) throws -> Bool {
    stepsLeft -= 1
    if stepsLeft < 0 { throw TooLong() }
    switch node {
    case .empty: return try rest(&self, place)
    case .set(let set):
      guard let end = taken(set, place) else { return false }
      return try rest(&self, end)
    case .assertion(let assertion):
      return holds(assertion, place) ? try rest(&self, place) : false
    case .sequence(let nodes): return try matchAll(nodes[...], place, rest)
    case .choice(let nodes):
      for node in nodes where try match(node, place, rest) { return true }
      return false
    case .repeated(let node, let min, let max, let isLazy, _):
      return try repeated(node, min, max, isLazy, place, rest)
    case .capture(let node, let number):
      guard number == capture else { return try match(node, place, rest) }
      let saved = (open, close)
      (open, close) = (place, -1)
      let mine = place
      let matched = try match(node, place) { matcher, end in
        let inner = (matcher.open, matcher.close)
        (matcher.open, matcher.close) = (mine, end)
        if try rest(&matcher, end) { return true }
        (matcher.open, matcher.close) = inner
        return false
      }
      if !matched { (open, close) = saved }
      return matched
    }
  }

  private mutating func matchAll(_ nodes: ArraySlice<PatternNode>, _ place: Int, _ rest: Rest) throws -> Bool {
    guard let first = nodes.first else { return try rest(&self, place) }
    return try match(first, place) { try $0.matchAll(nodes.dropFirst(), $1, rest) }
  }

  private mutating func repeated(
    _ node: PatternNode, _ min: Int, _ max: Int?, _ isLazy: Bool, _ place: Int, _ rest: Rest
  ) throws -> Bool {
    stepsLeft -= 1
    if stepsLeft < 0 { throw TooLong() }
    if min > 0 {
      return try match(node, place) { try $0.repeated(node, min - 1, max.map { $0 - 1 }, isLazy, $1, rest) }
    }
    if isLazy, try rest(&self, place) { return true }
    if max == nil || max! > 0 {
      // Without a limit, a repetition that took nothing is none.
      let matched = try match(node, place) { matcher, end in
        if max == nil, end == place { return false }
        return try matcher.repeated(node, 0, max.map { $0 - 1 }, isLazy, end, rest)
      }
      if matched { return true }
    }
    return isLazy ? false : try rest(&self, place)
  }

  private func taken(_ set: ScalarSet, _ place: Int) -> Int? {
    guard place < bytes.count else { return nil }
    if set.hasAllWide {
      guard bytes[place] >= 0x80 || set.ascii.contains(bytes[place]) else { return nil }
      var end = place + 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      return end
    }
    for length in 1...4 where place + length <= bytes.count {
      guard let text = String(validating: bytes[place..<place + length], as: UTF8.self), text.unicodeScalars.count == 1
      else { continue }
      let scalar = text.unicodeScalars.first!.value
      return set.ranges.contains { $0.contains(scalar) } ? place + length : nil
    }
    return nil
  }

  private func holds(_ assertion: Assertion, _ place: Int) -> Bool {
    let isWord = { (index: Int) in
      bytes.indices.contains(index) && bytes[index] < 0x80
        && (Character(Unicode.Scalar(bytes[index])).isLetter || Character(Unicode.Scalar(bytes[index])).isNumber
          || bytes[index] == UInt8(ascii: "_"))
    }
    switch assertion {
    case .textStart: return place == 0
    case .textEnd: return place == bytes.count
    case .lineStart: return place == 0 || bytes[place - 1] == 10
    case .lineEnd: return place == bytes.count || bytes[place] == 10
    case .wordBoundary: return isWord(place - 1) != isWord(place)
    case .noWordBoundary: return isWord(place - 1) == isWord(place)
    case .characterEnd: return place == bytes.count || bytes[place] & 0xC0 != 0x80
    }
  }
}
