/// Reads one PostgreSQL binary COPY tuple field by field: int16 field count, then per field int32 length (-1: NULL) and
/// the bytes.
package struct TupleCursor {
  /// Index of the next field.
  package private(set) var field = 0
  private var at = 2

  package init() {}

  /// - Returns: where the next field's bytes are; nil for NULL.
  @inline(__always)
  package mutating func next(_ tuple: Span<UInt8>) -> Range<Int>? {
    let length = Int(tuple.int32(at: at))
    let start = at + 4
    field += 1
    at = start + max(0, length)
    return length < 0 ? nil : start..<at
  }

  /// Passes over fields up to the one at `index`, which the next call returns.
  @inline(__always)
  package mutating func skip(to index: Int, _ tuple: Span<UInt8>) {
    while field < index { _ = next(tuple) }
  }
}

extension Span where Element == UInt8 {
  /// A big-endian integer at `index`; traps outside of the span.
  @inlinable
  package func int32(at index: Int) -> Int32 {
    precondition(index >= 0 && index + 4 <= count)
    return bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: Int32.self).bigEndian
  }

  @inlinable
  package func int64(at index: Int) -> Int64 {
    precondition(index >= 0 && index + 8 <= count)
    return bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: Int64.self).bigEndian
  }

  /// The day of a record's or a rejected line's tuple: its first field is the timestamptz, never NULL.
  package var tupleDay: Day { RecordTime(postgresMicroseconds: int64(at: 6)).day }
}

/// Complete tuples one after another, as COPY takes them.
package struct EncodedRows: Sendable {
  package private(set) var bytes: [UInt8] = []
  /// Where each tuple ends.
  package private(set) var ends: [Int] = []

  package init() {}

  /// With room for so many bytes, so that filling it moves nothing.
  package init(reservingBytes bytes: Int) { self.bytes.reserveCapacity(bytes) }

  /// Tuples that are there already.
  /// - Parameter ends: where each of them ends.
  package init(bytes: [UInt8], ends: [Int]) {
    self.bytes = bytes
    self.ends = ends
  }

  package var count: Int { ends.count }
  package var isEmpty: Bool { ends.isEmpty }
  package var byteCount: Int { bytes.count }

  /// Writes one tuple: `body` appends exactly the bytes of one.
  @inline(__always)
  package mutating func append(_ body: (inout [UInt8]) -> Void) {
    body(&bytes)
    ends.append(bytes.count)
  }

  package func range(of row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

  /// Gives the bytes out to have one tuple appended to them, without a copy; `endTuple` takes them back.
  package mutating func beginTuple() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  package mutating func endTuple(_ taken: consuming [UInt8]) {
    bytes = taken
    ends.append(bytes.count)
  }

  /// Appends other tuples.
  /// - Parameter patch: told where each one begins now, and how many are before it.
  package mutating func append(_ more: EncodedRows, patch: (inout [UInt8], _ start: Int, _ index: Int) -> Void) {
    var start = bytes.count
    bytes.append(contentsOf: more.bytes)
    let base = start
    for end in more.ends {
      patch(&bytes, start, ends.count)
      start = base + end
      ends.append(start)
    }
  }

  /// Changes each tuple in place, without changing its length.
  package mutating func patchEach(_ patch: (inout [UInt8], _ start: Int) -> Void) {
    var start = 0
    for end in ends {
      patch(&bytes, start)
      start = end
    }
  }

  /// The rows that `isKept` names, in order.
  package func filter(_ isKept: (Int) -> Bool) -> EncodedRows {
    var kept = EncodedRows()
    for row in 0..<count where isKept(row) {
      let range = range(of: row)
      kept.append { $0.append(contentsOf: bytes[range]) }
    }
    return kept
  }

  package func forEach(_ body: (Span<UInt8>) -> Void) {
    let span = bytes.span
    var start = 0
    for end in ends {
      body(span.extracting(start..<end))
      start = end
    }
  }
}

/// The Merkle trees of a batch, one a day: of its records and of its rejected lines, leaf by leaf in the order of `idx`.
package struct DayTrees: Sendable {
  private struct Entry: Sendable {
    let day: Day
    var records = MerkleTree()
    var rejected = MerkleTree()
  }

  private var entries: [Entry] = []

  package init() {}

  package mutating func append(record tuple: Span<UInt8>) {
    let entry = index(of: tuple.tupleDay)
    tuple.withUnsafeBufferPointer { entries[entry].records.append(UnsafeRawBufferPointer($0)) }
  }

  package mutating func append(rejected tuple: Span<UInt8>) {
    let entry = index(of: tuple.tupleDay)
    tuple.withUnsafeBufferPointer { entries[entry].rejected.append(UnsafeRawBufferPointer($0)) }
  }

  package var days: [LedgerDay] {
    entries.map {
      LedgerDay(
        day: $0.day, records: Int32($0.records.count), recordsRoot: $0.records.root, rejected: Int32($0.rejected.count),
        rejectedRoot: $0.rejected.root)
    }.sorted { $0.day < $1.day }
  }

  /// Records come in runs of one day, so the last one found is tried first.
  private mutating func index(of day: Day) -> Int {
    if let last = entries.indices.last, entries[last].day == day { return last }
    if let found = entries.firstIndex(where: { $0.day == day }) { return found }
    entries.append(Entry(day: day))
    return entries.count - 1
  }
}
