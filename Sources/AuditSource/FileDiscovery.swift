import AuditModel
import Glibc

/// Finds log files: those that a pattern names, and the rotated ones beside them.
package struct FileDiscovery: Sendable {
  /// A file that is there now.
  package struct Found: Sendable, Hashable {
    package let path: String
    package let status: FileStatus
  }

  private let patterns: [String]

  /// - Parameter patterns: shell patterns as glob(7) has them.
  package init(patterns: [String]) { self.patterns = patterns }

  /// The files of each lineage, keyed by the path that the pattern names, oldest first; the file that is being written,
  /// if it is there, comes last.
  package func scan() -> [String: [Found]] {
    var lineages: [String: [Found]] = [:]
    // The files that are being written are looked at before the rotated ones are listed: one that is renamed in between
    // is then found under its new name too, and never missing from both.
    var seen: Set<FileIdentity> = []
    let active = patterns.flatMap { Self.glob($0) }.compactMap { Self.found($0) }
    let rotated = patterns.flatMap { Self.glob($0 + ".*") + Self.glob($0 + "-[0-9]*") }.compactMap { Self.found($0) }
    for file in rotated + active where seen.insert(file.status.identity).inserted {
      lineages[RotatedName.lineage(of: file.path), default: []].append(file)
    }
    return Dictionary(
      uniqueKeysWithValues: lineages.compactMap { lineage, files in
        let files = Self.inOrder(files, of: lineage)
        return files.isEmpty ? nil : (lineage, files)
      })
  }

  /// Oldest first: what is compressed, in the order of its names, then by the time of the last write; the file that is being written
  /// comes last. What a compression has not finished is not there yet.
  private static func inOrder(_ files: [Found], of lineage: String) -> [Found] {
    let paths = Set(files.map(\.path))
    return files.filter { file in
      if RotatedName.isUnfinished(file.path) { return false }
      return !(RotatedName.isCompressed(file.path) && paths.contains(String(file.path.dropLast(3))))
    }.sorted { left, right in
      if (left.path == lineage) != (right.path == lineage) { return right.path == lineage }
      let (isLeft, isRight) = (RotatedName.isCompressed(left.path), RotatedName.isCompressed(right.path))
      if isLeft, isRight { return RotatedName.isOlder(left.path, right.path, of: lineage) }
      if isLeft != isRight { return isLeft }
      return (left.status.modified, left.path) < (right.status.modified, right.path)
    }
  }

  /// The paths of one lineage: the file that is being written and the rotated ones.
  static func files(of lineage: String) -> [String] {
    [lineage] + glob(lineage + ".*") + glob(lineage + "-[0-9]*")
  }

  private static func found(_ path: String) -> Found? {
    guard let status = FileStatus(path: path), status.isRegular else { return nil }
    return Found(path: path, status: status)
  }

  private static func glob(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard Glibc.glob(pattern, GLOB_NOSORT, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}
