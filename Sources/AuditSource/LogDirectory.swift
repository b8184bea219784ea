import AuditModel

/// A directory that leads to log files or holds some.
final class LogDirectory {
  /// Which step of which pattern the names in the directory have to match.
  struct Place: Hashable {
    let pattern: Int
    let step: Int
  }

  /// As the pattern spells it; empty for the working directory.
  let path: String
  let identity: FileIdentity
  /// The kernel's watch; nil where it has none and has to be looked at again and again.
  var watch: Int32?
  var places: Set<Place> = []
  /// Files that symbolic links elsewhere lead to.
  var names: Set<String> = []
  /// The log files in it, and which lineage each belongs to.
  var files: [String: String] = [:]
  /// The directories below it that are known too.
  var children: Set<String> = []
  /// Nanoseconds since 1970 of the last change of its names before they were last listed.
  var modified = Int64.min
  /// Whether that change was so long before the listing that no later one can have had the same time.
  var isSettled = false

  init(path: String, identity: FileIdentity) {
    self.path = path
    self.identity = identity
  }
}
