import Yams

/// A value in a YAML file with its place. The only code that knows Yams, so that another parser could take its place.
///
/// Its content is unfolded one level at a time: a small file whose aliases multiply costs only what is looked at.
struct YAMLNode {
  enum Content {
    /// Nothing, `~` or `null`.
    case nothing
    case scalar(String)
    case list([YAMLNode])
    /// In the order of the file. The name is nil for a key that is no scalar.
    case section([(name: String?, key: YAMLNode, value: YAMLNode)])
  }

  private let node: Node

  private init(_ node: Node) {
    self.node = node
  }

  /// The document in `text`; nil for a file that is empty or holds comments only.
  static func document(in text: String) throws(YAMLProblem) -> YAMLNode? {
    do {
      // The encoding is given since the default looks into the environment and prints what it finds there.
      return try Parser(yaml: text, encoding: .utf8).singleRoot().map(YAMLNode.init)
    } catch {
      throw YAMLProblem(error, in: text)
    }
  }

  /// Both count from 1; an alias has the place of its anchor.
  var place: (line: Int?, column: Int?) { (node.mark?.line, node.mark?.column) }

  var content: Content {
    switch node {
    case .scalar(let scalar):
      let isNothing = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return isNothing ? .nothing : .scalar(scalar.string)
    case .sequence(let sequence):
      return .list(sequence.map(YAMLNode.init))
    case .mapping(let mapping):
      return .section(mapping.map { ($0.key.scalar?.string, YAMLNode($0.key), YAMLNode($0.value)) })
    case .alias:
      // The parser follows aliases itself; one that is left over stands for nothing.
      return .nothing
    }
  }
}

/// Why a text is not one YAML document, without anything of its values.
struct YAMLProblem: Error {
  var line: Int?
  var column: Int?
  /// A sentence without its full stop.
  let message: String
  /// The key that stands more than once.
  var duplicate: String?

  fileprivate init(_ error: any Error, in text: String) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // What is never closed is noticed behind the last line; where it was opened helps more.
      let isPastEnd = mark.line > text.split(separator: "\n", omittingEmptySubsequences: false).count
      let place = isPastEnd ? context?.mark ?? mark : mark
      (line, column) = (place.line, place.column)
      let isTab = YAMLProblem.startsWithTab(line: mark.line, of: text)
      let reason = [context?.text, problem].compactMap(\.self).joined(separator: ": ")
      message = isTab ? "the line is indented with a tab, and YAML takes spaces only" : "is not valid YAML: \(reason)"
    case .reader(let problem, let offset, _, _):
      line = offset.map { text.prefix($0).count { $0.isNewline } + 1 }
      message = "is not valid YAML: \(problem)"
    case .duplicatedKeysInMapping(let duplicates, let context):
      (line, column) = (context.mark.line, context.mark.column)
      duplicate = duplicates.first
      let again = duplicates.first.flatMap { YAMLProblem.lineAgain(of: $0, after: context.mark, in: text) }
      message = "stands more than once in its section\(again.map { ", again on line \($0)" } ?? ""); keep one of them"
    default:
      message = "is not valid YAML"
    }
  }

  /// The next line after `mark` with the same key in the same column: a help for the eye, not a second parser.
  private static func lineAgain(of key: String, after mark: Mark, in text: String) -> Int? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.dropFirst(mark.line).first { lines[$0].dropFirst(mark.column - 1).hasPrefix(key + ":") }
      .map { $0 + 1 }
  }

  private static func startsWithTab(line: Int, of text: String) -> Bool {
    let lines = text.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
    return lines.indices.contains(line - 1) && lines[line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
  }
}
