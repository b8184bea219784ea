import Glibc

/// A shell pattern as glob(7) has them, cut into the directory to begin in and a pattern for each name below it.
struct FilePattern: Sendable {
  /// The longest beginning without wildcards; empty for the working directory.
  let root: String
  /// At least one; the last one names files, the ones before it directories.
  let steps: [String]

  init(_ pattern: String) {
    var names = pattern.split(separator: "/").map(String.init)
    var fixed: [String] = []
    while names.count > 1, !Self.hasWildcard(names[0]) { fixed.append(names.removeFirst()) }
    root = (pattern.hasPrefix("/") ? "/" : "") + fixed.joined(separator: "/")
    steps = names.isEmpty ? [pattern] : names
  }

  static func hasWildcard(_ step: String) -> Bool {
    step.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\\")
    }
  }

  /// A wildcard does not stand for a leading dot.
  static func matches(_ name: String, _ step: String) -> Bool { fnmatch(step, name, FNM_PERIOD) == 0 }
}

/// Paths as text, without asking the file system.
enum PathText {
  static func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// The directory as the path spells it, empty for the working directory, and the last name.
  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }
}
