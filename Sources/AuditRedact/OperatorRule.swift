package import Pattern

/// A redaction rule of an operator's own: what its pattern finds is replaced by `[REDACTED:custom.<name>]`.
///
/// A pattern is tried only where one of its keywords stands, in any case, in the same value: lines that do not concern a
/// rule pay for one search for all keywords together. A rule for certain places only (`paths`) needs none.
package struct OperatorRule: Sendable {
  /// What is wrong with a rule, for whoever wrote it.
  package struct Problem: Error, Equatable, Sendable {
    package enum Field: String, Sendable {
      case name, keywords, pattern, capture, paths
      case minLength = "min_length"
    }

    package let field: Field
    /// The character of the pattern, from 1, where one is to blame.
    package let column: Int?
    /// A sentence without its full stop.
    package let message: String

    init(_ field: Field, column: Int? = nil, _ message: String) {
      (self.field, self.column, self.message) = (field, column, message)
    }
  }

  package let name: String
  let pattern: Pattern
  /// One of them stands in every text that is looked at, lower case; empty for a rule that has only paths.
  let literals: [[UInt8]]
  /// JSON pointers as their steps. Empty means everywhere.
  let paths: [[Step]]
  let lengthMin: Int

  /// Rules of one policy.
  package static let countMax = LiteralGroups.countMax
  /// `custom.` and the name have to fit into a marker.
  package static let nameBytesMax = 24
  package static let keywordsMax = 64
  package static let keywordBytesMax = 64
  package static let pathsMax = 16
  package static let family = "custom"

  /// The rule's name in markers, hits and modes.
  package var fullName: String { "\(Self.family).\(name)" }

  /// - Parameters:
  ///   - keywords: may be left out if the pattern holds a literal of three bytes or more in every match.
  ///   - capture: the group whose part goes; the rest of the match stays.
  ///   - paths: JSON pointers into the line under which the rule holds.
  ///   - lengthMin: bytes; what is shorter stays.
  package init(
    name: String, keywords: [String] = [], pattern: String, capture: Pattern.Capture = .automatic,
    paths: [String] = [], lengthMin: Int = 0
  ) throws(Problem) {
    guard Self.isName(name) else {
      throw Problem(
        .name, "a rule's name is 1 to \(Self.nameBytesMax) of a-z, 0-9, - and _, first a letter")
    }
    self.name = name
    self.lengthMin = lengthMin
    do throws(PatternError) {
      self.pattern = try Pattern(pattern, capture: capture)
    } catch {
      throw Problem(
        error.isOfCapture ? .capture : .pattern, column: error.isOfCapture ? nil : error.column, error.message)
    }
    guard self.pattern.lengthMin > 0 else {
      throw Problem(.pattern, "the pattern also matches nothing at all; let it ask for one character at least")
    }
    self.paths = try Self.steps(paths)
    literals = try Self.literals(keywords, self.pattern, hasPaths: !paths.isEmpty)
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first &- 97 < 26, name.utf8.count <= nameBytesMax else { return false }
    return name.utf8.allSatisfy { $0 &- 97 < 26 || $0 &- 48 < 10 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }

  /// A step of a path: `*`, which is any one, or a key or the number of an element.
  struct Step: Sendable {
    let isAny: Bool
    let name: [UInt8]
    let number: Int?

    /// - Parameter text: as RFC 6901 spells it.
    init(_ text: Substring) {
      isAny = text == "*"
      number = Int(text)
      name = Array(text.replacing("~1", with: "/").replacing("~0", with: "~").utf8)
    }
  }

  private static func steps(_ paths: [String]) throws(Problem) -> [[Step]] {
    guard paths.count <= pathsMax else { throw Problem(.paths, "there are more than \(pathsMax) paths") }
    for path in paths where !path.hasPrefix("/") || path.count < 2 {
      throw Problem(.paths, "a path begins with a slash, such as /args/note: \(path)")
    }
    return paths.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Step.init) }
  }

  private static func literals(
    _ keywords: [String], _ pattern: Pattern, hasPaths: Bool
  ) throws(Problem) -> [[UInt8]] {
    guard keywords.count <= keywordsMax else { throw Problem(.keywords, "there are more than \(keywordsMax) keywords") }
    let shortest = LiteralScanner.lengthMin
    for keyword in keywords where !(shortest...keywordBytesMax).contains(keyword.utf8.count) {
      throw Problem(.keywords, "a keyword has \(shortest) to \(keywordBytesMax) bytes: \(keyword)")
    }
    if !keywords.isEmpty { return keywords.map { $0.utf8.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 } } }
    let known = pattern.literals
    if let length = known.map(\.count).min(), length >= shortest { return known }
    guard hasPaths else {
      throw Problem(
        .keywords,
        "the pattern has no literal text of \(shortest) bytes in every match: name keywords, one of which stands beside what goes, or paths"
      )
    }
    return []
  }
}

extension OperatorRule.Problem.Field: CaseIterable {}
