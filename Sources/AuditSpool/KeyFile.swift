import AuditModel
import Glibc

/// The keyed submissions whose segments are gone, so that a repetition is known as one after a restart too. Those of segments that are
/// there stand in their frames.
///
/// Format 2, entries of 64 bytes one after another, integers big-endian; an entry whose checksum does not fit, such as one of format 1
/// (32 bytes, a key alone), is passed over:
///
///     0   16  name (`SubmissionKey`)
///     16  16  content (`SubmissionKey`)
///     32   8  when it was taken, ns since 1970
///     40   4  records
///     44   4  rejected lines
///     48  12  zero
///     60   4  CRC-32C of the 60 bytes before
struct KeyFile {
  let path: String
  static let entryBytes = 64

  static func encode(_ keys: [(KeyedSubmission, RecordTime)]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(keys.count * entryBytes)
    for (key, time) in keys {
      let start = bytes.count
      for word in [key.name.high, key.name.low, key.content.high, key.content.low] { bytes.appendBigEndian(word) }
      bytes.appendBigEndian(time.nanoseconds)
      bytes.appendBigEndian(key.records)
      bytes.appendBigEndian(key.rejected)
      bytes.append(contentsOf: repeatElement(0, count: 12))
      bytes.appendBigEndian(CRC32C.checksum(bytes.span.extracting(start..<bytes.count)))
    }
    return bytes
  }

  static func decode(_ bytes: [UInt8]) -> [(KeyedSubmission, RecordTime)] {
    let span = bytes.span
    return stride(from: 0, to: bytes.count - entryBytes + 1, by: entryBytes).compactMap { at in
      let entry = span.extracting(at..<at + entryBytes)
      guard CRC32C.checksum(entry.extracting(0..<60)) == UInt32(bitPattern: entry.int32(at: 60)) else { return nil }
      func key(_ at: Int) -> SubmissionKey {
        SubmissionKey(high: UInt64(bitPattern: entry.int64(at: at)), low: UInt64(bitPattern: entry.int64(at: at + 8)))
      }
      let submission = KeyedSubmission(
        name: key(0), content: key(16), records: Int(entry.int32(at: 40)), rejected: Int(entry.int32(at: 44)))
      return (submission, RecordTime(nanoseconds: entry.int64(at: 32)))
    }
  }

  /// - Returns: what is there; nothing where there is no file.
  func read() -> [(KeyedSubmission, RecordTime)] {
    guard let file = try? SegmentFile(path: path, .read) else { return [] }
    return Self.decode(file.read(at: 0, count: file.byteCount))
  }

  /// Adds keys and syncs. A torn entry of an earlier crash is cut off first, so that entries stay in step.
  func append(_ keys: [(KeyedSubmission, RecordTime)], disk: SpoolDisk) throws(SpoolError) {
    let isNew = access(path, F_OK) != 0
    let file = try SegmentFile(path: path, .append)
    let end = file.byteCount / Self.entryBytes * Self.entryBytes
    try file.write(Self.encode(keys), at: end, disk)
    try file.sync(disk)
    if isNew { try SpoolDirectory.sync(SpoolDirectory.parent(of: path)) }
  }

  /// Puts these in place of what is there; after a crash there is the one or the other.
  func replace(with keys: [(KeyedSubmission, RecordTime)], disk: SpoolDisk) throws(SpoolError) {
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
