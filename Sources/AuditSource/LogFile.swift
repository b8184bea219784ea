package import AuditModel
import Glibc
import Synchronization

/// An open log file. It keeps its descriptor, so that a renamed or deleted file can still be read to its end, until it is told to give it
/// back; then it is opened again when it is read, if it is still the same file.
///
/// Of a compressed file (`.gz`) every offset and every byte is one of the plain content.
package final class LogFile {
  package struct OpenError: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let code: Int32
    package var isMissing: Bool { code == ENOENT }
    package var description: String {
      switch code {
      case EACCES, EPERM: "Cannot read \(path): permission denied. Give the collector's user or group read access."
      case EISDIR: "Cannot read \(path): it is a directory."
      default: "Cannot read \(path): \(String(cString: strerror(code)))."
      }
    }
  }

  package private(set) var path: String
  package let identity: FileIdentity
  /// -1 while it is given back.
  private var descriptor: Int32
  private let gzip: GzipReader?

  /// How many descriptors this process has for log files.
  private static let openNow = Atomic<Int>(0)
  package static var openCount: Int { openNow.load(ordering: .relaxed) }

  package init(path: String) throws(OpenError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OpenError(path: path, code: errno) }
    guard let status = FileStatus(descriptor: descriptor), status.isRegular else {
      let code = errno
      let isThere = FileStatus(descriptor: descriptor) != nil
      close(descriptor)
      throw OpenError(path: path, code: isThere ? EISDIR : code)
    }
    self.path = path
    self.descriptor = descriptor
    identity = status.identity
    gzip = RotatedName.isCompressed(path) ? GzipReader() : nil
    Self.openNow.add(1, ordering: .relaxed)
  }

  deinit { release() }

  package var isOpen: Bool { descriptor >= 0 }

  /// Gives the descriptor back, so that another file can have it.
  package func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    Self.openNow.subtract(1, ordering: .relaxed)
  }

  /// The file has another name now.
  func renamed(to path: String) { self.path = path }

  /// Opens it again where its descriptor was given back.
  /// - Returns: false when it is gone, or another file has its name.
  private func reopen() throws(OpenError) -> Bool {
    if descriptor >= 0 { return true }
    let again: LogFile
    do throws(OpenError) {
      again = try LogFile(path: path)
    } catch  where error.isMissing {
      return false
    }
    guard again.identity == identity else { return false }
    swap(&descriptor, &again.descriptor)
    return true
  }

  /// What the file system says of it now; nil when it is gone.
  package var status: FileStatus? {
    if descriptor >= 0 { return FileStatus(descriptor: descriptor) }
    return FileStatus(path: path).flatMap { $0.identity == identity ? $0 : nil }
  }

  /// The bytes that it alone keeps on the disk: it is open and has no name any more; 0 otherwise.
  package var deletedBytes: Int64 {
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_nlink == 0 else { return 0 }
    return Int64(status.st_size)
  }

  package var isCompressed: Bool { gzip != nil }

  /// What follows the bytes that were read, where fewer came than were asked for.
  package enum End: Sendable, Hashable {
    /// More may be written.
    case open
    /// A compressed file is read to its end.
    case complete
    /// A compressed file breaks off: it is still being written, or was cut.
    case torn
    /// The rest of a compressed file cannot be read.
    case damaged
  }

  package var end: End {
    switch gzip?.state {
    case nil, .reading: .open
    case .ended: .complete
    case .torn: .torn
    case .damaged: .damaged
    }
  }

  /// Whether it can be read: it is open, or the same file still has its name.
  package var isThere: Bool { isOpen || status != nil }

  /// The file's size now, as it lies on the disk.
  package var byteCount: Int64 { status?.byteCount ?? 0 }

  /// Reads into `buffer` from `offset` on.
  /// - Returns: the number of bytes, 0 at the end.
  package func read(at offset: Int64, into buffer: inout [UInt8], count: Int) throws(OpenError) -> Int {
    guard try reopen() else { return 0 }
    if buffer.count < count { buffer.append(contentsOf: repeatElement(0, count: count - buffer.count)) }
    do throws(GzipReader.Errno) {
      return try buffer.withUnsafeMutableBufferPointer { bytes throws(GzipReader.Errno) in
        let room = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[..<count]))
        if let gzip { return try gzip.read(descriptor, at: offset, into: room) }
        return try GzipReader.readPlain(descriptor, at: offset, into: room)
      }
    } catch {
      throw OpenError(path: path, code: error.code)
    }
  }

  /// What a compressed file's trailer says of its last member's plain size, modulo 2³² (RFC 1952, ISIZE); nil for a plain file.
  /// Nobody has checked it: it is the content's size where there is one member and nothing is damaged.
  package var claimedByteCount: Int64? {
    guard gzip != nil, (try? reopen()) == true else { return nil }
    let size = byteCount
    var trailer: UInt32 = 0
    // A header of ten bytes, an empty block of two, a trailer of eight.
    guard size >= 20, pread(descriptor, &trailer, 4, off_t(size - 4)) == 4 else { return nil }
    return Int64(UInt32(littleEndian: trailer))
  }

  /// Whether so many bytes can be in it: deflate makes at most 1032 of one.
  func isCredible(_ claimed: Int64) -> Bool { claimed <= 1032 * byteCount }

  /// The fingerprint of what the file begins with now, or with its first `length` bytes.
  package func fingerprint(length: Int32? = nil) throws(OpenError) -> Fingerprint {
    Fingerprint(of: try bytes(at: 0, count: length.map(Int.init) ?? Fingerprint.lengthMax))
  }

  /// The bytes from `offset` on, fewer where there are not as many.
  func bytes(at offset: Int64, count: Int) throws(OpenError) -> [UInt8] {
    if count == 0 { return [] }
    var bytes: [UInt8] = []
    let got = try read(at: offset, into: &bytes, count: count)
    bytes.removeLast(bytes.count - got)
    return bytes
  }

  /// The last bytes before `offset`, at most `Fingerprint.endingLengthMax`.
  func lastBytes(before offset: Int64) throws(OpenError) -> [UInt8] {
    let count = min(offset, Int64(Fingerprint.endingLengthMax))
    return try bytes(at: offset - count, count: Int(count))
  }
}
