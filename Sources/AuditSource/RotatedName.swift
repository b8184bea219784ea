import AuditModel

/// What rotation makes of a log file's name: `N.log.<time>` and `N.log.<time>.gz` (kubelet), `app.log.1` and `app.log.2.gz`
/// (docker, logrotate), `app.log-20261125` (logrotate's dateext).
package enum RotatedName {
  /// `0.log.20261125-101500.gz` belongs to `0.log`, `app.log.1` to `app.log`: what follows the last name is a rotation's
  /// number or time.
  package static func lineage(of path: String) -> String {
    let plain = plain(path)
    // logrotate's dateext: app.log-20261125
    if let dash = plain.lastIndex(of: "-"), plain[..<dash].hasSuffix(".log"),
      plain[plain.index(after: dash)...].utf8.count >= 8,
      plain[plain.index(after: dash)...].utf8.allSatisfy(\.isASCIIDigit)
    {
      return String(plain[..<dash])
    }
    guard let dot = plain.lastIndex(of: "."), dot > plain.startIndex else { return path }
    let suffix = plain[plain.index(after: dot)...].utf8
    guard let first = suffix.first, first.isASCIIDigit,
      suffix.allSatisfy({
        $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "T")
      })
    else { return path }
    let base = plain[..<dot]
    return base.hasSuffix("/") ? path : String(base)
  }

  package static func isCompressed(_ path: String) -> Bool { path.hasSuffix(compressed) }

  /// Being written by a compression; it gets its name when it is done.
  package static func isUnfinished(_ path: String) -> Bool { path.hasSuffix(".tmp") }

  /// What `gzip` and kubelet append.
  package static let compressed = ".gz"

  /// Whether the compressed file `left` is older than `right`, by their names: their times are those of the compression.
  static func isOlder(_ left: String, _ right: String) -> Bool {
    let (old, new) = (suffix(left), suffix(right))
    // A number counts the rotations since; a time has more digits.
    if let first = Int(old), let second = Int(new), old.utf8.count < 8, new.utf8.count < 8 { return first > second }
    return old < new
  }

  private static func suffix(_ path: String) -> Substring {
    plain(path).dropFirst(lineage(of: path).count + 1)
  }

  /// What a compressed file was called before.
  static func plain(_ path: String) -> String {
    isCompressed(path) ? String(path.dropLast(compressed.count)) : path
  }
}
