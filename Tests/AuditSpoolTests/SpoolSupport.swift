import AuditModel
import AuditParse
import AuditRedact
import AuditSpool
import Dispatch
import Foundation
import JSON
import Synchronization
import Testing

/// Runs an actor's jobs on a queue.
final class QueueExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "spool")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

/// A directory that goes when the test is over.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = "/tmp/audittail-spool-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Segments below it, in their order.
  var segments: [String] {
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".seg") }.sorted().map { "\(path)/\($0)" }
  }
}

/// Random numbers that a seed decides (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

extension RecordTime {
  /// 2026-11-25T12:00:00Z
  static let fixed = RecordTime(nanoseconds: 1_795_608_000_000_000_000)
}

extension TenantID {
  static func named(_ name: String) -> TenantID { TenantID(name) ?? .unnamed }
}

enum Pieces {
  static func line(_ text: String) -> String {
    #"{"timestamp":"2026-11-25T12:00:00Z","tool":"\#(text)","userId":"u1","sessionId":"s1","args":{"q":"\#(text)"},"status":"success","durationMs":3}"#
  }

  /// Rows as intake makes them of lines that follow each other from position 0.
  static func rows(_ lines: [String], source: Int32 = 1) -> (
    records: Redacted<EncodedRows>, rejected: Redacted<EncodedRows>, byteCount: Int64
  ) {
    var parser = RecordParser()
    var record = ParsedRecord()
    var redactor = Redactor()
    var clean = CleanTexts()
    var records = RecordRows()
    var rejected = RejectedRows(textBytesMax: 1000)
    let window = TimeWindow(
      earliest: .fixed.advanced(by: .seconds(-86_400)), latest: .fixed.advanced(by: .seconds(3600)))
    var at: Int64 = 0
    for line in lines {
      let bytes = Array(line.utf8)
      let origin = RowOrigin(collector: 0, sequence: 0, source: SourceID(source), offset: at)
      switch parser.parse(bytes.span, window: window, into: &record) {
      case .record:
        records.append(
          record, tape: parser.tape, line: bytes.span, origin: origin, server: nil, redactor: &redactor, clean: &clean)
      case .rejected(let reason):
        rejected.append(
          bytes.span, byteCount: bytes.count, reason: reason, time: .fixed, origin: origin, redactor: &redactor)
      case .blank: break
      }
      at += Int64(bytes.count) + 1
    }
    return (records.finish(), rejected.finish(), at)
  }

  /// A submission as the listening side hands it in.
  static func submission(
    _ lines: [String], tenant: String = "acme", listener: String = "http://127.0.0.1:8687", key: String? = nil
  ) -> SpoolPiece {
    let (records, rejected, byteCount) = rows(lines)
    return SpoolPiece(
      tenant: .named(tenant), kind: .submission,
      key: key.map {
        KeyedSubmission(
          name: SubmissionKey($0), content: SubmissionKey(lines.joined(separator: "\n")), records: records.value.count,
          rejected: rejected.value.count)
      },
      sources: [SourceRecord(id: SourceID(1), path: listener, identity: nil, fingerprint: nil)],
      spans: [
        SourceSpan(
          source: SourceID(1), from: .start, to: SourcePosition(byteCount), lines: Int32(lines.count), pending: [])
      ],
      byteCount: byteCount, redactions: 0, received: .fixed, records: records, rejected: rejected)
  }

  static func file(_ lines: [String], tenant: String = "acme", inode: Int64, from: Int64, pending: [PendingLine] = [])
    -> SpoolPiece
  {
    let (records, rejected, byteCount) = rows(lines, source: 7)
    return SpoolPiece(
      tenant: .named(tenant), kind: .files,
      sources: [
        SourceRecord(
          id: SourceID(7), path: "/var/log/a.log", identity: FileIdentity(device: 1, inode: inode, birth: 5),
          fingerprint: Fingerprint(of: [1, 2, 3]))
      ],
      spans: [
        SourceSpan(
          source: SourceID(7), from: SourcePosition(from), to: SourcePosition(from + byteCount),
          lines: Int32(lines.count), pending: pending)
      ],
      byteCount: byteCount, redactions: 2, received: .fixed, records: records, rejected: rejected)
  }
}

/// A piece as a test compares it.
struct PieceImage: Hashable, CustomStringConvertible {
  let records: [UInt8]
  let rejected: [UInt8]
  let from: Int64
  let to: Int64
  let isLost: Bool

  init(_ piece: SpoolPiece, isLost: Bool = false) {
    records = piece.records.value.bytes
    rejected = piece.rejected.value.bytes
    from = piece.spans.first?.from.offset ?? -1
    to = piece.spans.first?.to.offset ?? -1
    self.isLost = isLost
  }

  var description: String { "\(from)..<\(to)\(isLost ? " lost" : "")" }
}

extension Spool {
  /// A spool over a directory, opened.
  static func opened(
    _ directory: String, limits: SpoolLimits = SpoolLimits(), disk: SpoolDisk = SpoolDisk(),
    clock: @escaping @Sendable () -> RecordTime = { .fixed }
  ) async throws -> Spool {
    let spool = Spool(directory: directory, limits: limits, executor: QueueExecutor(), disk: disk, clock: clock)
    try await spool.open()
    return spool
  }

  /// Everything that waits for a tenant, and the mark behind it.
  func readAll(_ tenant: String = "acme", rows: Int = 100) -> (pieces: [PieceImage], end: SpoolMark?) {
    var pieces: [PieceImage] = []
    var end: SpoolMark?
    while let part = read(.named(tenant), rowsMax: rows, bytesMax: 1 << 20) {
      let isEnd = part.items.isEmpty && part.end == end
      end = part.end
      if isEnd { break }
      for item in part.items {
        switch item {
        case .piece(let piece): pieces.append(PieceImage(piece))
        case .lost(let piece): pieces.append(PieceImage(piece, isLost: true))
        }
      }
    }
    return (pieces, end)
  }
}

extension Spool {
  /// Reads what is left of a tenant and says that it was committed.
  func releaseAll() throws {
    release(.named("acme"), upTo: try #require(readAll().end))
  }
}

/// A disk that fails when it is told to.
final class FailingDisk: Sendable {
  private let codes = Mutex((write: Int32(0), sync: Int32(0), syncs: 0))

  var disk: SpoolDisk {
    SpoolDisk(
      write: { descriptor, bytes, offset in
        let code = self.codes.withLock { $0.write }
        if code == 0 { return SpoolDisk.write(descriptor, bytes, offset) }
        // Some of it gets through, as on a disk that runs full.
        if bytes.count > 10 {
          return SpoolDisk.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), offset)
        }
        return -Int(code)
      },
      sync: { descriptor in
        let code = self.codes.withLock { codes in
          codes.syncs += 1
          return codes.sync
        }
        return code == 0 ? SpoolDisk.sync(descriptor) : code
      })
  }

  var syncs: Int { codes.withLock { $0.syncs } }
  func failWrites(_ code: Int32) { codes.withLock { $0.write = code } }
  func failSyncs(_ code: Int32) { codes.withLock { $0.sync = code } }
}
