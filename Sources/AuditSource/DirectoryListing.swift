import Glibc

/// The names in a directory.
enum DirectoryListing {
  enum Kind { case file, directory, link, other, unknown }

  /// - Returns: nil where it is not there or may not be read; errno says which.
  static func names(_ directory: String) -> [(name: String, kind: Kind)]? {
    guard let stream = opendir(directory.isEmpty ? "." : directory) else { return nil }
    defer { closedir(stream) }
    var names: [(name: String, kind: Kind)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      names.append((name, kind(Int(entry.pointee.d_type))))
    }
    return names
  }

  /// Of one path, a link not followed; nil where nothing is there.
  static func kind(of path: String) -> Kind? {
    var found = stat()
    guard lstat(path, &found) == 0 else { return nil }
    switch found.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .directory
    case S_IFLNK: return .link
    default: return .other
    }
  }

  private static func kind(_ type: Int) -> Kind {
    switch type {
    case Int(DT_REG): .file
    case Int(DT_DIR): .directory
    case Int(DT_LNK): .link
    case Int(DT_UNKNOWN): .unknown
    default: .other
    }
  }
}
