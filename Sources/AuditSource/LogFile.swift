package import AuditModel
import Glibc

/// An open log file, plain or compressed. It keeps its descriptor, so that a renamed or deleted file can still be read to its end.
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

  package let path: String
  package let identity: FileIdentity
  private let descriptor: Int32
  private let gzip: GzipReader?

  package init(path: String) throws(OpenError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OpenError(path: path, code: errno) }
    self.path = path
    self.descriptor = descriptor
    guard let status = FileStatus(descriptor: descriptor) else {
      let code = errno
      Glibc.close(descriptor)
      throw OpenError(path: path, code: code)
    }
    identity = status.identity
    guard status.isRegular else {
      Glibc.close(descriptor)
      throw OpenError(path: path, code: EISDIR)
    }
    gzip = RotatedName.isCompressed(path) ? GzipReader(descriptor: descriptor) : nil
  }

  deinit { close(descriptor) }

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

  /// The file's size now, as it lies on the disk.
  package var byteCount: Int64 { FileStatus(descriptor: descriptor)?.byteCount ?? 0 }

  /// Reads into `buffer` from `offset` on.
  /// - Returns: the number of bytes, 0 at the end.
  package func read(at offset: Int64, into buffer: inout [UInt8], count: Int) throws(OpenError) -> Int {
    if buffer.count < count { buffer.append(contentsOf: repeatElement(0, count: count - buffer.count)) }
    if let gzip { return try inflate(gzip, at: offset, into: &buffer, count: count) }
    while true {
      let got = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, off_t(offset)) }
      if got >= 0 { return got }
      if errno != EINTR { throw OpenError(path: path, code: errno) }
    }
  }

  private func inflate(
    _ gzip: GzipReader, at offset: Int64, into buffer: inout [UInt8], count: Int
  ) throws(OpenError) -> Int {
    do throws(GzipReader.Errno) {
      return try buffer.withUnsafeMutableBytes { bytes throws(GzipReader.Errno) in
        try gzip.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
      }
    } catch {
      throw OpenError(path: path, code: error.code)
    }
  }

  /// What a compressed file's trailer says of its last member's plain size, modulo 2³² (RFC 1952, ISIZE); nil for a plain file.
  /// Nobody has checked it: it is the content's size where there is one member and nothing is damaged.
  package var claimedByteCount: Int64? {
    guard gzip != nil else { return nil }
    let size = byteCount
    var trailer: UInt32 = 0
    // A header of ten bytes, an empty block of two, a trailer of eight.
    guard size >= 20, pread(descriptor, &trailer, 4, off_t(size - 4)) == 4 else { return nil }
    return Int64(UInt32(littleEndian: trailer))
  }

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
