import Glibc

/// An open file of the spool.
final class SegmentFile {
  enum Mode { case read, create, append }

  let path: String
  private let descriptor: Int32

  init(path: String, _ mode: Mode) throws(SpoolError) {
    self.path = path
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .create: O_RDWR | O_CREAT | O_EXCL
      case .append: O_RDWR | O_CREAT
      }
    // A pipe in a file's place must not be waited for.
    descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw SpoolError(mode == .read ? .open : .create, path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw SpoolError(mode == .read ? .open : .create, path, EINVAL)
    }
  }

  deinit { close(descriptor) }

  var byteCount: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Bytes from `offset` on, less where the file ends. What the disk cannot read comes back as zeros, which no checksum fits.
  func read(at offset: Int, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, min(count, byteCount - offset)))
    var at = 0
    while at < bytes.count {
      let wanted = bytes.count - at
      let got = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + at }, wanted, off_t(offset + at))
      }
      if got > 0 {
        at += got
      } else if got < 0, errno == EINTR {
        continue
      } else {
        at += 4096
      }
    }
    return bytes
  }

  /// Writes all of it, or leaves the file as long as `offset`.
  func write(_ bytes: [UInt8], at offset: Int, _ disk: SpoolDisk) throws(SpoolError) {
    var at = 0
    while at < bytes.count {
      let wrote = bytes.withUnsafeBytes {
        disk.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[at...]), offset + at)
      }
      if wrote == -Int(EINTR) { continue }
      guard wrote > 0 else {
        truncate(to: offset)
        throw SpoolError(.write, path, wrote == 0 ? ENOSPC : Int32(-wrote))
      }
      at += wrote
    }
  }

  func sync(_ disk: SpoolDisk) throws(SpoolError) {
    let code = disk.sync(descriptor)
    guard code == 0 else { throw SpoolError(.sync, path, code) }
  }

  func truncate(to byteCount: Int) { ftruncate(descriptor, off_t(byteCount)) }
}
