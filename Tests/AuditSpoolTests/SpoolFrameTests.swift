import AuditModel
import AuditRedact
import Testing

@testable import AuditSpool

@Suite("A frame")
struct SpoolFrameTests {
  @Test(
    "has the checksum of RFC 3720",
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      ([UInt8](0..<32), 0x46DD_794E), ([UInt8]("123456789".utf8), 0xE306_9283), ([], 0),
    ] as [([UInt8], UInt32)])
  func checksum(bytes: [UInt8], expected: UInt32) {
    #expect(CRC32C.checksum(bytes.span) == expected)
    let half = bytes.count / 3
    let first = CRC32C.checksum(bytes.span.extracting(0..<half))
    #expect(CRC32C.checksum(bytes.span.extracting(half..<bytes.count), after: first) == expected)
  }

  private static func decode(_ frame: [UInt8]) -> SpoolPiece? {
    guard let prefix = SpoolFrame.Prefix(frame.span), var piece = SpoolFrame.head(prefix, frame.span) else {
      return nil
    }
    let body = Array(frame[(SpoolFrame.prefixBytes + prefix.headBytes)...])
    return SpoolFrame.fill(&piece, prefix, body: body) ? piece : nil
  }

  @Test("gives back what was put into it")
  func roundTrip() throws {
    let pending = [
      PendingLine(stream: .stderr, source: SourceID(7), offset: 99),
      PendingLine(stream: .stdout, source: SourceID(3), offset: 1 << 40),
    ]
    for piece in [
      Pieces.file([Pieces.line("a"), "no record", ""], inode: 12, from: 1 << 33, pending: pending),
      Pieces.submission([Pieces.line("b")], key: "key-1"), Pieces.submission([], key: nil),
    ] {
      let frame = try #require(SpoolFrame.encode(piece))
      let read = try #require(Self.decode(frame))
      #expect(PieceImage(read) == PieceImage(piece))
      #expect(read.tenant == piece.tenant && read.kind == piece.kind && read.key == piece.key)
      #expect(read.sources == piece.sources && read.spans == piece.spans && read.base == piece.base)
      #expect(read.byteCount == piece.byteCount && read.redactions == piece.redactions)
      #expect(read.received == piece.received && read.records.value.ends == piece.records.value.ends)
      #expect(read.rejected.value.ends == piece.rejected.value.ends)
    }
  }

  @Test("is refused when a single bit of it differs")
  func everyBit() throws {
    let frame = try #require(SpoolFrame.encode(Pieces.submission([Pieces.line("a"), "x"], key: "k")))
    for bit in 0..<frame.count * 8 {
      var damaged = frame
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(Self.decode(damaged) == nil, "bit \(bit)")
    }
  }

  @Test("never shows the words of a key")
  func keyIsDigested() throws {
    let frame = try #require(SpoolFrame.encode(Pieces.submission([Pieces.line("a")], key: "sk-secret-4242")))
    #expect(!String(decoding: frame, as: UTF8.self).contains("secret"))
  }

  @Test("cannot begin inside text")
  func magicIsNoText() {
    #expect(String(validating: SpoolFrame.magic, as: UTF8.self) == nil)
    #expect(SpoolFrame.magic.filter { $0 >= 0xF8 }.count == 3)
  }

  @Test("holds no rows that are none, whatever the checksum says")
  func restoring() {
    let rows = Pieces.rows([Pieces.line("a"), Pieces.line("b")]).records.value
    #expect(Redacted<EncodedRows>(restoringRecords: rows.bytes)?.value.ends == rows.ends)
    #expect(Redacted<EncodedRows>(restoringRejected: rows.bytes) == nil)
    for count in 1..<rows.bytes.count where !rows.ends.contains(count) {
      #expect(Redacted<EncodedRows>(restoringRecords: Array(rows.bytes[..<count])) == nil)
    }
  }

  @Test("puts its rows into a batch under the batch's numbers")
  func binding() throws {
    let piece = Pieces.file([Pieces.line("a"), Pieces.line("b")], inode: 1, from: 0)
    var rows = RecordRows()
    let binding = RowBinding(collector: 5, sequence: 77, base: 1000, sources: [SourceID(7): SourceID(42)])
    rows.append(piece.records, redactions: 0, binding)
    rows.append(piece.records, redactions: 1, binding)
    rows.renumber(78)
    #expect(rows.count == 4 && rows.redactions == 1)
    let bytes = rows.finish().value
    var seen: [[Int64]] = []
    bytes.forEach { tuple in
      var cursor = TupleCursor()
      var values: [Int64] = []
      for (index, name) in RecordLayout.columns.enumerated() {
        guard let range = cursor.next(tuple) else { continue }
        switch name {
        case "seq", "pos": values.append(tuple.int64(at: range.lowerBound))
        case "collector", "idx", "source": values.append(Int64(tuple.int32(at: range.lowerBound)))
        default: #expect(index > 0 || range.count == 8)
        }
      }
      seen.append(values)
    }
    let second = Int64(Pieces.line("a").utf8.count) + 1000 + 1
    #expect(seen == [[78, 1000, 5, 0, 42], [78, second, 5, 1, 42], [78, 1000, 5, 2, 42], [78, second, 5, 3, 42]])
  }
}
