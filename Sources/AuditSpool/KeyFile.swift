import AuditModel
import Glibc

/// The keys of submissions whose segments are gone, so that a repetition is known as one after a restart too. Keys of segments that
/// are there stand in their frames.
///
/// Format 1, entries of 32 bytes one after another, integers big-endian; an entry whose checksum does not fit is passed over:
///
///     0   16  key (`SubmissionKey`)
///     16   8  when it was taken, ns since 1970
///     24   4  zero
///     28   4  CRC-32C of the 28 bytes before
struct KeyFile {
  let path: String
  static let entryBytes = 32

  static func encode(_ keys: [(SubmissionKey, RecordTime)]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(keys.count * entryBytes)
    for (key, time) in keys {
      let start = bytes.count
      bytes.appendBigEndian(key.high)
      bytes.appendBigEndian(key.low)
      bytes.appendBigEndian(time.nanoseconds)
      bytes.appendBigEndian(Int32(0))
      bytes.appendBigEndian(CRC32C.checksum(bytes.span.extracting(start..<bytes.count)))
    }
    return bytes
  }

  static func decode(_ bytes: [UInt8]) -> [(SubmissionKey, RecordTime)] {
    let span = bytes.span
    return stride(from: 0, to: bytes.count - entryBytes + 1, by: entryBytes).compactMap { at in
      let entry = span.extracting(at..<at + entryBytes)
      guard CRC32C.checksum(entry.extracting(0..<28)) == UInt32(bitPattern: entry.int32(at: 28)) else { return nil }
      return (
        SubmissionKey(high: UInt64(bitPattern: entry.int64(at: 0)), low: UInt64(bitPattern: entry.int64(at: 8))),
        RecordTime(nanoseconds: entry.int64(at: 16))
      )
    }
  }

  /// - Returns: what is there; nothing where there is no file.
  func read() -> [(SubmissionKey, RecordTime)] {
    guard let file = try? SegmentFile(path: path, .read) else { return [] }
    return Self.decode(file.read(at: 0, count: file.byteCount))
  }

  /// Adds keys and syncs. A torn entry of an earlier crash is cut off first, so that entries stay in step.
  func append(_ keys: [(SubmissionKey, RecordTime)], disk: SpoolDisk) throws(SpoolError) {
    let isNew = access(path, F_OK) != 0
    let file = try SegmentFile(path: path, .append)
    let end = file.byteCount / Self.entryBytes * Self.entryBytes
    try file.write(Self.encode(keys), at: end, disk)
    try file.sync(disk)
    if isNew { try SpoolDirectory.sync(SpoolDirectory.parent(of: path)) }
  }

  /// Puts these in place of what is there; after a crash there is the one or the other.
  func replace(with keys: [(SubmissionKey, RecordTime)], disk: SpoolDisk) throws(SpoolError) {
    let fresh = path + ".new"
    unlink(fresh)
    let file = try SegmentFile(path: fresh, .append)
    try file.write(Self.encode(keys), at: 0, disk)
    try file.sync(disk)
    guard rename(fresh, path) == 0 else { throw SpoolError(.rename, path, errno) }
    try SpoolDirectory.sync(SpoolDirectory.parent(of: path))
  }

  var byteCount: Int { (try? SegmentFile(path: path, .read))?.byteCount ?? 0 }
}
