import AuditModel
import AuditParse
import AuditRedact
import AuditSource

@testable import audittail

/// Lines through an intake that is killed and made anew, which then reads again what it is told was open.
enum Interrupted {
  private static let window = TimeWindow(
    earliest: RecordTime(nanoseconds: .min), latest: RecordTime(nanoseconds: .max))
  private static let now = RecordTime(nanoseconds: 0)

  /// - Returns: what was written, in its order.
  static func rows(_ lines: [[UInt8]], stoppedAfter stops: Set<Int>) -> [String] {
    var intake = LineIntake(collector: 1, notesOrder: true)
    var rows: [String] = []
    var offsets: [Int64: Int] = [:]
    var offset: Int64 = 0
    for (index, line) in lines.enumerated() {
      offsets[offset] = index
      var batch = OpenBatch(sequence: 1, textBytesMax: 1 << 20, reservingBytes: 0)
      intake.take(line.span, framed(line, offset), server: nil, window: window, now: now, into: &batch)
      rows += written(batch, intake.takeOrder())
      offset += Int64(line.count) + 1
      guard stops.contains(index) else { continue }
      let open = intake.openLines
      intake = LineIntake(collector: 1, notesOrder: true)
      for pending in open {
        guard let first = offsets[pending.offset] else { continue }
        var offset = pending.offset
        for line in lines[first...index] {
          guard intake.recall(line.span, framed(line, offset), window: window, now: now) else { break }
          offset += Int64(line.count) + 1
        }
      }
    }
    var batch = OpenBatch(sequence: 1, textBytesMax: 1 << 20, reservingBytes: 0)
    intake.finish(server: nil, window: window, now: now, into: &batch)
    return rows + written(batch, intake.takeOrder())
  }

  private static func framed(_ line: [UInt8], _ offset: Int64) -> FramedLine {
    FramedLine(offset: offset, source: SourceID(1), byteCount: line.count, ending: .whole, runtimeTime: nil)
  }

  private static func written(_ batch: consuming OpenBatch, _ order: [Bool]) -> [String] {
    let records = batch.records.finish().value
    let rejected = batch.rejected.finish().value
    var next = (record: 0, rejected: 0)
    return order.map { isRecord in
      // The number within the batch differs, what was written must not.
      let rows = isRecord ? records : rejected
      let row = isRecord ? next.record : next.rejected
      if isRecord { next.record += 1 } else { next.rejected += 1 }
      return String(decoding: rows.bytes[rows.range(of: row)].dropFirst(isRecord ? 70 : 60), as: UTF8.self)
    }
  }
}
