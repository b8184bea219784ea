import CLibPQ
import Glibc

/// What a COPY … FROM STDIN is fed through; see `PostgresConnection.copyIn`.
package struct CopyInWriter: ~Copyable {
  fileprivate let connection: PostgresConnection
  fileprivate let attempt: Attempt

  /// Hands bytes to the server; they may begin and end anywhere in a tuple, and are copied once, into libpq's buffer.
  package func write(_ bytes: Span<UInt8>) throws(PostgresError) {
    try connection.put(bytes, attempt)
  }

  package func write(_ bytes: [UInt8]) throws(PostgresError) {
    try connection.put(bytes, attempt)
  }
}

extension PostgresConnection {
  /// Runs a `COPY … FROM STDIN (FORMAT binary)` and returns how many rows the server counted.
  ///
  /// `tuples` are complete tuples in the binary COPY format (int16 field count, then int32 length and bytes for each
  /// field, -1 for NULL); the file's header and trailer are added here. The deadline is for the whole.
  @discardableResult
  package func copyIn(_ sql: String, _ tuples: [UInt8], within: Duration? = nil) throws(PostgresError) -> Int {
    let attempt = try startCopyIn(sql, within)
    try put(tuples, attempt)
    return try endCopyIn(attempt)
  }

  /// The same from several pieces, which `body` writes one after another. When it throws, nothing is stored.
  @discardableResult
  package func copyIn(
    _ sql: String, within: Duration? = nil, _ body: (borrowing CopyInWriter) throws -> Void
  ) throws -> Int {
    let attempt = try startCopyIn(sql, within)
    do {
      try body(CopyInWriter(connection: self, attempt: attempt))
    } catch {
      abortCopyIn(attempt)
      throw error
    }
    return try endCopyIn(attempt)
  }

  private func startCopyIn(_ sql: String, _ within: Duration?) throws(PostgresError) -> Attempt {
    let attempt = attempt(.copyIn, within: within)
    try sendSimple(sql, attempt)
    guard let rows = try nextResult(attempt) else { throw lost(attempt) }
    guard rows.status == PGRES_COPY_IN, PQbinaryTuples(rows.result) == 1 else {
      throw notCopy(rows, "COPY … FROM STDIN (FORMAT binary)", attempt)
    }
    try put(CopyFormat.header, attempt)
    return attempt
  }

  private func endCopyIn(_ attempt: Attempt) throws(PostgresError) -> Int {
    try put(CopyFormat.trailer, attempt)
    try putEnd(nil, attempt)
    return try finish(attempt).affected
  }

  /// Makes the server refuse the COPY; the error it answers with is ours and says nothing new.
  private func abortCopyIn(_ attempt: Attempt) {
    do {
      try putEnd("the client gave up", attempt)
      _ = try finish(attempt)
    } catch let error where error.sqlState != nil {
      return
    } catch {
      close()
    }
  }

  /// Slices keep libpq's buffer small, and give it the chance to send while the next one is prepared.
  fileprivate func put(_ bytes: Span<UInt8>, _ attempt: Attempt) throws(PostgresError) {
    var at = 0
    while at < bytes.count {
      let end = min(at + max(1, limits.copySliceBytes), bytes.count)
      try putSlice(bytes.extracting(at..<end), attempt)
      at = end
    }
  }

  fileprivate func put(_ bytes: [UInt8], _ attempt: Attempt) throws(PostgresError) {
    try put(bytes.span, attempt)
  }

  private func putSlice(_ slice: Span<UInt8>, _ attempt: Attempt) throws(PostgresError) {
    while true {
      let handle = try opened(attempt)
      let code = slice.withUnsafeBytes { raw in
        PQputCopyData(handle, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
      }
      switch code {
      case 1: return try flush(attempt)
      case 0: try wait(for: POLLIN | POLLOUT, attempt)
      default: throw lost(attempt)
      }
    }
  }

  private func putEnd(_ complaint: String?, _ attempt: Attempt) throws(PostgresError) {
    while true {
      switch PQputCopyEnd(try opened(attempt), complaint) {
      case 1: return try flush(attempt)
      case 0: try wait(for: POLLIN | POLLOUT, attempt)
      default: throw lost(attempt)
      }
    }
  }

  /// The server answered something else than the COPY that the caller promised.
  func notCopy(_ rows: PostgresRows, _ wanted: String, _ attempt: Attempt) -> PostgresError {
    let failure = rows.status == PGRES_FATAL_ERROR ? serverError(rows, attempt) : nil
    switch rows.status {
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: close()
    default:
      do {
        // An error, or a statement that is no COPY: read it to its end, so that the connection stays usable.
        while try nextResult(attempt, after: failure) != nil {}
      } catch { return error }
    }
    return failure ?? PostgresError(.unexpectedResult, attempt.operation, "the statement is no \(wanted)")
  }
}
