import AuditQuery
import Synchronization

/// Prints records as they come, in pieces of a useful size, and remembers where the answer ended.
final class RecordAnswer: Sendable {
  private struct State {
    var pending = ""
    var count = 0
    var last: RecordPosition?
    var hasMore = false
  }

  private let format: RecordFormat
  private let state = Mutex(State())
  private static let pieceBytes = 64 << 10

  init(format: RecordFormat) { self.format = format }

  var count: Int { state.withLock { $0.count } }
  /// Where to go on, if there is more.
  var next: RecordPosition? { state.withLock { $0.hasMore ? $0.last : nil } }

  func print(_ record: StoredRecord) throws {
    let piece = state.withLock { state -> String? in
      state.pending += format.line(record)
      state.count += 1
      state.last = record.position
      guard state.pending.utf8.count >= Self.pieceBytes else { return nil }
      defer { state.pending = "" }
      return state.pending
    }
    if let piece { try StandardOutput.write(piece) }
  }

  func hasMore() { state.withLock { $0.hasMore = true } }

  func flush() throws {
    let rest = state.withLock { state in
      defer { state.pending = "" }
      return state.pending
    }
    try StandardOutput.write(rest)
  }
}

/// Records that have to be put in order with others first.
final class RecordList: Sendable {
  private let records = Mutex<[StoredRecord]>([])
  func append(_ record: StoredRecord) { records.withLock { $0.append(record) } }
  var all: [StoredRecord] { records.withLock { $0 } }
}
