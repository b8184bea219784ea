import AuditModel
import AuditRedact

/// The spool on the disk, format 1. All integers are big-endian.
///
///     spool directory/
///       lock                       held with flock(2) by the program that uses the spool
///       <tenant's schema name>/    one directory a tenant, so that one whose tables are locked keeps only its own segments
///         <16 hex digits>.seg      segments in the order of their numbers: frames one after another, and nothing else
///         keys                     keys of submissions whose segments are gone; see `KeyFile`
///
/// A frame is one piece (`SpoolPiece`) and needs no other one to be understood, so damage costs only the frames that it touches:
///
///     0   8  magic: FF 41 54 FE 73 70 FD 31. No UTF-8 text holds it, so no line can put a frame's beginning into another frame
///     8   2  format, 1
///     10  2  record layout that the rows are encoded in
///     12  4  h: bytes of the head
///     16  4  r: bytes of the records
///     20  4  j: bytes of the rejected lines
///     24  4  CRC-32C of records and rejected lines
///     28  4  CRC-32C of the 28 bytes before and of the head
///     32  h  head
///         r  records: binary COPY tuples
///         j  rejected lines: binary COPY tuples
///
/// The head:
///
///     text tenant (int16 length, UTF-8) · int8 kind (1 submission, 2 files) · int8 key: 0 none,
///                     2: 16 bytes name, 16 bytes content (`SubmissionKey`), int32 records, int32 rejected lines;
///                     1: 16 bytes that earlier versions wrote and nobody asks for
///     int64 base · int64 bytes read · int32 redactions · int64 received (ns since 1970)
///     int16 sources · per source: int32 number, text path, int8 has identity · int64 device, inode, birth,
///                     int8 has fingerprint · int32 length, int64 digest
///     int32 spans · per span: int32 source, int64 from, int64 to, int32 lines,
///                   int16 pending · per pending: int8 stream and format, int32 source, int64 offset,
///                   int8 flags (1 last block, 2 gap, 4 gap is the least) · int64 last block or 0 · int64 gap bytes
///
/// A head whose checksum fits tells what a damaged body held: which bytes of which source are lost. Where the head does not fit
/// either, reading goes on at the next magic, and the hole shows as soon as a later frame of the source is reached.
enum SpoolFrame {
  static let magic: [UInt8] = [0xFF, 0x41, 0x54, 0xFE, 0x73, 0x70, 0xFD, 0x31]
  static let format: Int16 = 1
  static let prefixBytes = 32
  /// No frame is longer: lengths beyond it are damage.
  static let bytesMax = 1 << 30

  /// What the first 32 bytes say.
  struct Prefix: Hashable {
    let layout: Int16
    let headBytes: Int
    let recordBytes: Int
    let rejectedBytes: Int
    let bodyChecksum: UInt32
    let headChecksum: UInt32

    var bodyBytes: Int { recordBytes + rejectedBytes }
    var byteCount: Int { SpoolFrame.prefixBytes + headBytes + bodyBytes }

    /// - Returns: nil where the bytes do not begin a frame of this format.
    init?(_ bytes: Span<UInt8>) {
      guard bytes.count >= SpoolFrame.prefixBytes else { return nil }
      for (index, byte) in SpoolFrame.magic.enumerated() where bytes[index] != byte { return nil }
      let formatAndLayout = bytes.int32(at: 8)
      guard Int16(truncatingIfNeeded: formatAndLayout >> 16) == SpoolFrame.format else { return nil }
      layout = Int16(truncatingIfNeeded: formatAndLayout)
      headBytes = Int(bytes.int32(at: 12))
      recordBytes = Int(bytes.int32(at: 16))
      rejectedBytes = Int(bytes.int32(at: 20))
      bodyChecksum = UInt32(bitPattern: bytes.int32(at: 24))
      headChecksum = UInt32(bitPattern: bytes.int32(at: 28))
      guard headBytes >= 0, recordBytes >= 0, rejectedBytes >= 0, byteCount <= SpoolFrame.bytesMax else { return nil }
    }
  }

  /// - Returns: nil for a piece that is longer than any frame may be.
  static func encode(_ piece: SpoolPiece) -> [UInt8]? {
    guard piece.rowBytes < bytesMax else { return nil }
    let records = piece.records.value.bytes
    let rejected = piece.rejected.value.bytes
    var head: [UInt8] = []
    piece.appendHead(to: &head)
    var frame: [UInt8] = []
    let byteCount = prefixBytes + head.count + records.count + rejected.count
    guard byteCount <= bytesMax else { return nil }
    frame.reserveCapacity(byteCount)
    frame.append(contentsOf: magic)
    frame.appendBigEndian(format)
    frame.appendBigEndian(RecordLayout.version)
    for length in [head.count, records.count, rejected.count] { frame.appendBigEndian(Int32(length)) }
    frame.appendBigEndian(CRC32C.checksum(rejected.span, after: CRC32C.checksum(records.span)))
    frame.appendBigEndian(CRC32C.checksum(head.span, after: CRC32C.checksum(frame.span)))
    frame.append(contentsOf: head)
    frame.append(contentsOf: records)
    frame.append(contentsOf: rejected)
    return frame
  }

  /// The head of a frame, its rows still missing.
  /// - Parameter bytes: prefix and head.
  /// - Returns: nil where the checksum does not fit, or what it covers is no head.
  static func head(_ prefix: Prefix, _ bytes: Span<UInt8>) -> SpoolPiece? {
    let end = prefixBytes + prefix.headBytes
    guard bytes.count >= end else { return nil }
    let head = bytes.extracting(prefixBytes..<end)
    let checksum = CRC32C.checksum(head, after: CRC32C.checksum(bytes.extracting(0..<28)))
    guard checksum == prefix.headChecksum else { return nil }
    var reader = FrameReader()
    return SpoolPiece(head: head, &reader)
  }

  /// Puts the rows into a piece that has only its head.
  /// - Parameter body: records and rejected lines.
  /// - Returns: false where they are damaged, or of a layout that this program does not know.
  static func fill(_ piece: inout SpoolPiece, _ prefix: Prefix, body: [UInt8]) -> Bool {
    guard prefix.layout == RecordLayout.version, body.count == prefix.bodyBytes,
      CRC32C.checksum(body.span) == prefix.bodyChecksum,
      let records = Redacted<EncodedRows>(restoringRecords: Array(body[..<prefix.recordBytes])),
      let rejected = Redacted<EncodedRows>(restoringRejected: Array(body[prefix.recordBytes...]))
    else { return false }
    piece.records = records
    piece.rejected = rejected
    return true
  }
}
