import CLibPQ
import Glibc

extension PostgresConnection {
  /// Runs a `COPY … TO STDOUT (FORMAT binary)` and lends each tuple's bytes (int16 field count, then int32 length and
  /// bytes for each field) to `body`, in order. Returns the number of rows.
  ///
  /// The deadline is for each wait, not for the whole. When `body` throws, the COPY is cancelled.
  @discardableResult
  package func copyOut(
    _ sql: String, within: Duration? = nil, _ body: (Span<UInt8>) throws -> Void
  ) throws -> Int {
    var attempt = attempt(.copyOut, within: within)
    try sendSimple(sql, attempt)
    guard let rows = try nextResult(attempt) else { throw lost(attempt) }
    guard rows.status == PGRES_COPY_OUT, PQbinaryTuples(rows.result) == 1 else {
      throw notCopy(rows, "COPY … TO STDOUT (FORMAT binary)", attempt)
    }
    var reader = CopyTupleReader()
    var isWellFormed = true
    do {
      while try isWellFormed && nextMessage(attempt, { isWellFormed = try reader.read($0, body) }) {
        attempt.restart()
      }
    } catch {
      abandon(attempt)
      throw error
    }
    guard isWellFormed else {
      abandon(attempt)
      throw PostgresError(.unexpectedResult, .copyOut, "the server's bytes are not the binary COPY format")
    }
    let count = try finish(attempt).affected
    guard reader.isComplete else {
      throw PostgresError(.unexpectedResult, .copyOut, "the server ended the COPY in the middle of a tuple")
    }
    return count
  }

  /// Lends the next message of the COPY to `body`; false at its end, whether good or bad: `finish` tells.
  private func nextMessage(_ attempt: Attempt, _ body: (Span<UInt8>) throws -> Void) throws -> Bool {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = Int(PQgetCopyData(try opened(attempt), &buffer, 1))
      defer { PQfreemem(buffer) }
      if length == 0 {
        try wait(for: POLLIN, attempt)
        continue
      }
      guard length > 0, let buffer else { return false }
      let raw = UnsafeRawBufferPointer(start: buffer, count: length).assumingMemoryBound(to: UInt8.self)
      try body(raw.span)
      return true
    }
  }

  /// Reads a cancelled COPY to its end.
  func skipCopy(_ attempt: Attempt) throws {
    while try nextMessage(attempt, { _ in }) {}
  }
}
