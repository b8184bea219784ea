import Glibc

/// Small files of the cluster, read and written without following links that the server's user may have put there.
enum EmbeddedFile {
  /// The last `bytesMax` bytes from `offset` on; nil when the file cannot be read.
  static func text(of path: String, from offset: Int = 0, bytesMax: Int) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let start = max(offset, Int(lseek(file, 0, SEEK_END)) - bytesMax)
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    let count = pread(file, &bytes, bytesMax, max(0, start))
    return count >= 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }

  /// A file of /proc, which has no size to seek by; its first mebibyte.
  static func kernelText(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < 1024 * 1024 {
      let count = read(file, &piece, piece.count)
      if count < 0 { return nil }
      if count == 0 { break }
      bytes += piece.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The size in bytes; 0 when there is no such file.
  static func size(of path: String) -> Int {
    var found = stat()
    return lstat(path, &found) == 0 ? Int(found.st_size) : 0
  }

  static func exists(_ path: String) -> Bool {
    var found = stat()
    return lstat(path, &found) == 0
  }

  /// Appends to an existing file and syncs it. False when that failed; errno tells why.
  static func append(_ text: String, to path: String) -> Bool {
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return false }
    defer { close(file) }
    let bytes = Array(text.utf8)
    return write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
  }

  /// Makes a rename in the directory durable.
  static func syncDirectory(_ path: String) -> Bool {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return false }
    defer { close(directory) }
    return fsync(directory) == 0
  }

  /// Removes a directory and what is in it; links are removed, not followed.
  static func removeTree(_ path: String) {
    var found = stat()
    guard lstat(path, &found) == 0 else { return }
    guard found.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in DirectoryListing.names(of: path) { removeTree("\(path)/\(name)") }
    rmdir(path)
  }
}
