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
      lineages[Self.lineage(of: file.path), default: []].append(file)
    }
    for (lineage, files) in lineages {
      lineages[lineage] = files.sorted { left, right in
        if (left.path == lineage) != (right.path == lineage) { return right.path == lineage }
        return (left.status.modified, left.path) < (right.status.modified, right.path)
      }
    }
    return lineages.filter { _, files in files.contains { !Self.isCompressed($0.path) } }
      .mapValues { $0.filter { !Self.isCompressed($0.path) } }
  }

  /// The paths of one lineage: the file that is being written and the rotated ones.
  static func files(of lineage: String) -> [String] {
    [lineage] + glob(lineage + ".*") + glob(lineage + "-[0-9]*")
  }

  private static func found(_ path: String) -> Found? {
    guard let status = FileStatus(path: path), status.isRegular else { return nil }
    return Found(path: path, status: status)
  }

  /// `0.log.20261125-101500` belongs to `0.log`, `app.log.1` to `app.log`: what follows the last name is a rotation's
  /// number or time.
  package static func lineage(of path: String) -> String {
    // logrotate's dateext: app.log-20261125
    if let dash = path.lastIndex(of: "-"), path[..<dash].hasSuffix(".log"),
      path[path.index(after: dash)...].utf8.count >= 8, path[path.index(after: dash)...].utf8.allSatisfy(\.isASCIIDigit)
    {
      return String(path[..<dash])
    }
    guard let dot = path.lastIndex(of: "."), dot > path.startIndex else { return path }
    let suffix = path[path.index(after: dot)...].utf8
    guard let first = suffix.first, first.isASCIIDigit,
      suffix.allSatisfy({
        $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "T")
      })
    else { return path }
    let base = path[..<dot]
    return base.hasSuffix("/") ? path : String(base)
  }

  private static func isCompressed(_ path: String) -> Bool {
    path.hasSuffix(".gz") || path.hasSuffix(".tmp")
  }

  private static func glob(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard Glibc.glob(pattern, GLOB_NOSORT, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}
