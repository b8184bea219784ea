package import AuditModel

/// Which records a question is about. What is nil asks for nothing.
package struct RecordFilter: Sendable, Hashable {
  package var since: RecordTime?
  /// Not included.
  package var until: RecordTime?
  /// The user's id, or the client's where a record has no user.
  package var actor: String?
  package var tool: String?
  package var server: String?
  package var session: String?
  package var status: String?
  /// The pod whose log the record was in.
  package var pod: String?
  /// The Kubernetes namespace of that pod.
  package var namespace: String?
  package var conditions: [FieldCondition] = []
  /// A piece of text anywhere in the arguments, the error or the rest, case ignored.
  package var text: String?

  package init() {}

  /// Whether it asks for nothing that a rejected line could not answer.
  package var hasOnlyTimesAndText: Bool {
    actor == nil && tool == nil && server == nil && session == nil && status == nil && pod == nil
      && namespace == nil && conditions.isEmpty
  }
}

/// One `--where`: a field, how it is compared, and with what.
///
///     args.path=/etc/passwd     args.limit>100     error~timeout     extra.hostname!=n1     args.dryRun
///
/// A field is a column's name or `args` or `extra` with a path into it; numbers in the path index arrays. `=` and `!=` compare text,
/// `~` and `!~` look for a piece of it, case ignored, `<` `<=` `>` `>=` compare numbers, a name alone asks whether it is there.
package struct FieldCondition: Sendable, Hashable {
  package enum Comparison: String, Sendable, CaseIterable {
    case notEqual = "!="
    case notContains = "!~"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "="
    case contains = "~"
    case less = "<"
    case greater = ">"
    case isPresent = ""
  }

  package struct ParseError: Error, Sendable, CustomStringConvertible {
    package let description: String
  }

  package let column: Column
  /// The way into a JSON column; empty for the others.
  package let path: [String]
  package let comparison: Comparison
  package let value: String

  /// What can be asked about.
  package enum Column: Sendable, Hashable {
    case args, extra, dialect, durationMs, resultBytes, source
    case text(TextColumn)

    package static let all: [Column] =
      [.args, .extra] + TextColumn.allCases.map(Column.text) + [.dialect, .durationMs, .resultBytes, .source]

    /// What a person calls it; for a text column the glossary's word, which is its case's name.
    package var name: String { if case .text(let column) = self { "\(column)" } else { "\(self)" } }
    package var isJSON: Bool { self == .args || self == .extra }
    package var isNumber: Bool { self == .durationMs || self == .resultBytes || self == .source }
  }

  package init(_ text: String) throws(ParseError) {
    let operators = Comparison.allCases.filter { $0 != .isPresent }
    let found = operators.compactMap { comparison in
      text.firstRange(of: comparison.rawValue).map { (comparison, $0) }
    }.min { ($0.1.lowerBound, -$0.0.rawValue.count) < ($1.1.lowerBound, -$1.0.rawValue.count) }
    let name = found.map { String(text[..<$0.1.lowerBound]) } ?? text
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, let column = Column.all.first(where: { $0.name == first }), !parts.contains("")
    else {
      let known = Column.all.map(\.name).joined(separator: ", ")
      throw ParseError(
        description: "\"\(name)\" is no field of a record. Fields are \(known); args and extra take a path.")
    }
    guard column.isJSON || parts.count == 1 else {
      throw ParseError(description: "\(first) has no fields of its own; only args and extra take a path.")
    }
    comparison = found?.0 ?? .isPresent
    value = found.map { String(text[$0.1.upperBound...]) } ?? ""
    switch comparison {
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard Double(value)?.isFinite == true else {
        throw ParseError(description: "\"\(value)\" is no number; \(comparison.rawValue) compares numbers.")
      }
    case .equal, .notEqual:
      guard !column.isNumber || Double(value)?.isFinite == true else {
        throw ParseError(description: "\"\(value)\" is no number; \(first) is one.")
      }
    case .contains, .notContains, .isPresent: break
    }
    self.column = column
    path = Array(parts.dropFirst())
  }
}
