import Glibc

/// Where a measurement keeps its file and its database. Without a name it is a new one, removed at the end.
struct WorkDirectory {
  let path: String
  private let isTemporary: Bool

  init(_ requested: String?) throws {
    if let requested {
      guard mkdir(requested, 0o755) == 0 || errno == EEXIST else { throw BenchError.system("create \(requested)") }
      path = try Self.absolute(requested)
      isTemporary = false
      return
    }
    var template = Array("/var/tmp/audittail-bench-XXXXXX\0".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchError.system("create a directory in /var/tmp") }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // The database's user must get through.
    guard chmod(path, 0o755) == 0 else { throw BenchError.system("change the mode of \(path)") }
    isTemporary = true
  }

  static func absolute(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else { throw BenchError.system("find \(path)") }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Removes a temporary directory with all that is in it.
  func removeIfTemporary() {
    if isTemporary { Self.removeTree(path) }
  }

  /// Follows no links: only a directory that `lstat` says is one is entered.
  private static func removeTree(_ path: String) {
    var found = stat()
    guard lstat(path, &found) == 0 else { return }
    if found.st_mode & S_IFMT == S_IFDIR, let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { removeTree("\(path)/\(name)") }
      }
      closedir(stream)
    }
    remove(path)
  }
}
