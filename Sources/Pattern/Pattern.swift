/// A regular expression over bytes that is matched in linear time, whatever the expression and the text.
///
/// The syntax is the part of RE2's that has a meaning in linear time: characters and escapes, `.`, classes, groups,
/// `|`, `* + ? {m,n}` and their lazy forms, `^ $ \A \z \b \B`, and the flags `(?i)`, `(?s)`, `(?m)`. Text is UTF-8: `.` and
/// `[^…]` take a whole character, or a byte that belongs to none. `\d`, `\w`, `\s` and `\b` are of ASCII.
package struct Pattern: Sendable {
  /// Which group marks the part of a match that is meant.
  package enum Capture: Equatable, Sendable {
    /// The only group, or the only one with a name; the whole match if there is no group.
    case automatic
    /// The whole match, whatever groups there are.
    case whole
    /// A group by its number, from 1.
    case number(Int)
    case named(String)
  }

  package let text: String
  let program: Program
  /// Length of the shortest match in bytes.
  package let lengthMin: Int
  /// Whether a group marks a part of the match.
  package let hasCapture: Bool
  /// Every match holds one of these literals, lower case, in some case of ASCII's letters. Empty if none are known.
  package let literals: [[UInt8]]

  /// Characters of a pattern.
  package static let lengthMax = 4096

  /// - Throws: what is wrong, for the pattern's author.
  package init(_ text: String, capture: Capture = .automatic) throws(PatternError) {
    self.text = text
    guard !text.isEmpty else { throw PatternError(at: 0, "the pattern is empty") }
    guard text.unicodeScalars.count <= Self.lengthMax else {
      throw PatternError(at: Self.lengthMax, "the pattern is longer than \(Self.lengthMax) characters")
    }
    var parser = PatternParser(text)
    let node = try parser.parse()
    guard let lengthMin = node.lengthMin else { throw PatternError(at: 0, "the pattern can match nothing at all") }
    let number = try Self.number(of: capture, among: parser.groups)
    self.lengthMin = lengthMin
    hasCapture = number != nil
    literals = PatternLiterals.of(node)
    program = try Program(node, capture: number)
  }

  /// Instructions that the pattern became.
  package var instructionCount: Int { program.instructions.count }

  private static func number(of capture: Capture, among groups: [PatternParser.Group]) throws(PatternError) -> Int? {
    switch capture {
    case .whole: return nil
    case .number(let number):
      guard number >= 1, number <= groups.count else {
        throw PatternError(at: 0, "there is no group \(number); the pattern has \(groups.count)", isOfCapture: true)
      }
      return number
    case .named(let name):
      guard let index = groups.firstIndex(where: { $0.name == name }) else {
        throw PatternError(at: 0, "there is no group named \(name); write (?P<\(name)>…)", isOfCapture: true)
      }
      return index + 1
    case .automatic:
      let named = groups.indices.filter { groups[$0].name != nil }
      let candidates = named.isEmpty ? Array(groups.indices) : named
      if candidates.count > 1 {
        throw PatternError(
          at: groups[candidates[1]].place,
          "a second group that captures: write (?:…) for all but the one that marks what goes, or give its number")
      }
      return candidates.first.map { $0 + 1 }
    }
  }
}
