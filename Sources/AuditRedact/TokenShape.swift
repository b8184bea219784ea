/// What one vendor's token looks like: a literal that the keyword filter finds, and what stands around it.
///
/// The tail is written in a tiny language, parsed once: classes with a least length (`a30`: at least thirty
/// letters and digits) and literals in quotes (`'.'`). The last class is taken as far as it reaches, because a
/// token that is longer than its documentation is still a token. Lengths are well below the documented ones for
/// the same reason: a redactor that is strict about lengths leaks next year's format.
struct TokenShape: Sendable {
  struct Segment: Sendable, Equatable {
    var bytes: ByteClass
    /// Least number of bytes; 0 with `literal` set means exactly that literal.
    var least: Int
    var literal: [UInt8]
  }

  var rule: RuleID
  var literal: [UInt8]
  /// No letter or digit may stand right before the literal.
  var needsBoundary: Bool
  /// The tail must hold a digit and a letter; for literals that words may begin with.
  var needsMix: Bool
  /// The tail must hold a digit or a capital; for literals that names may begin with.
  var needsMark = false
  /// What must stand before the literal and belongs to the token.
  var before: Segment?
  var tail: [Segment]

  /// - Parameters:
  ///   - pattern: `[|][class+length<]literal`, such as `ghp_`, `|sk-` (boundary) or `a10<.atlasv1.` (lookback).
  ///   - tail: such as `t20`, `a20 '.' a20`, `t20#` (needs a digit and a letter).
  init(rule: RuleID, pattern: String, tail: String) {
    self.rule = rule
    var rest = Substring(pattern)
    needsBoundary = rest.hasPrefix("|")
    if needsBoundary { rest = rest.dropFirst() }
    if let arrow = rest.firstIndex(of: "<") {
      before = Self.segment(rest[..<arrow])
      rest = rest[rest.index(after: arrow)...]
    }
    literal = Array(rest.utf8)
    needsMix = tail.hasSuffix("#")
    let body = needsMix ? tail.dropLast() : Substring(tail)
    self.tail = body.split(separator: " ").map(Self.segment)
    precondition(literal.count >= 2, "a token's literal is what makes it cheap to find")
  }

  /// The shape of a prefix of `TokenTable.distinctive`: eight characters of a token, or eight letters and digits
  /// where no sign ends the prefix.
  init(rule: RuleID, distinctive: String) {
    let asksForMark = distinctive.hasPrefix("~")
    let endsInSign = distinctive.last.map { asksForMark ? "-.".contains($0) : "_-.".contains($0) } ?? false
    self.init(
      rule: rule, pattern: asksForMark ? String(distinctive.dropFirst()) : distinctive, tail: endsInSign ? "t8" : "a8")
    needsMark = asksForMark
  }

  private static func segment(_ text: Substring) -> Segment {
    if text.hasPrefix("'") { return Segment(bytes: [], least: 0, literal: Array(text.dropFirst().dropLast().utf8)) }
    guard let bytes = classes[text.first ?? " "], let least = Int(text.dropFirst()) else {
      preconditionFailure("no token class in \(text)")
    }
    return Segment(bytes: bytes, least: least, literal: [])
  }

  private static let classes: [Character: ByteClass] = [
    "a": .alnum, "d": .digit, "h": .hex, "u": [.digit, .upper], "l": [.digit, .lower], "w": .word,
    "t": .tokenChar, "k": [.digit, .upper, .hyphen], "n": [.alnum, .underscore, .hyphen, .dot],
    "x": [.alnum, .underscore, .hyphen, .dot, .equals, .tokenSymbol],
    "b": [.base64, .equals], "p": [.base64, .dot], "s": [.base64, .dot, .equals, .tokenSymbol],
  ]

  /// The token around a literal that stands at `place`, or nil. Looks at no more bytes than the token has, but for
  /// one failed class, which is shorter than its least length.
  func match(_ bytes: Span<UInt8>, at place: Int, in range: Range<Int>, _ tables: ScanTables) -> Range<Int>? {
    var start = place
    if let before {
      while start > range.lowerBound, place - start < 256, tables[bytes[start - 1]].meets(before.bytes) {
        start -= 1
      }
      guard place - start >= before.least else { return nil }
    } else if needsBoundary, start > range.lowerBound, tables[bytes[start - 1]].meets(.alnum) {
      return nil
    }
    var end = place + literal.count
    for (index, segment) in tail.enumerated() {
      let isLast = index == tail.count - 1
      if segment.least == 0, !segment.literal.isEmpty {
        guard end + segment.literal.count <= range.upperBound else { return nil }
        for offset in segment.literal.indices where bytes[end + offset] != segment.literal[offset] { return nil }
        end += segment.literal.count
        continue
      }
      let first = end
      while end < range.upperBound, tables[bytes[end]].meets(segment.bytes) {
        if !isLast, tail[index + 1].literal.first == bytes[end], end - first >= segment.least { break }
        end += 1
      }
      guard end - first >= segment.least else { return nil }
    }
    if needsMark, !hasMark(bytes, place + literal.count..<end, tables) { return nil }
    if needsMix, !hasMix(bytes, place + literal.count..<end, tables) { return nil }
    return start..<end
  }

  private func hasMark(_ bytes: Span<UInt8>, _ range: Range<Int>, _ tables: ScanTables) -> Bool {
    for index in range where tables[bytes[index]].meets([.digit, .upper]) { return true }
    return false
  }

  private func hasMix(_ bytes: Span<UInt8>, _ range: Range<Int>, _ tables: ScanTables) -> Bool {
    var seen: ByteClass = []
    for index in range { seen.formUnion(tables[bytes[index]]) }
    return seen.meets(.digit) && seen.meets(.alpha)
  }
}
