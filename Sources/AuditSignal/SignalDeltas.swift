package import AuditModel
package import AuditRedact
import Glibc

/// The golden signals that one batch adds: per minute, server, tool and status how many calls, how they failed, how long they took
/// and how many bytes they returned.
///
/// It is a function of the stored rows and nothing else, so a recomputation from the records gives the same.
package struct SignalDeltas: Sendable {
  package struct Delta: Sendable {
    /// Start of the minute, microseconds since 2000-01-01.
    package let minute: Int64
    /// Empty where the record has none. UTF-8, at most `nameBytesMax` each, as `tool` and `status`.
    package let server: [UInt8]
    package let tool: [UInt8]
    package let status: [UInt8]
    package var figures = SignalFigures()
    /// The last call that was slower than those before it and names a trace; shown with metrics, not stored.
    package var exemplar: Exemplar?
    let verdict: ErrorClass.Verdict
  }

  /// A call that stands for others.
  package struct Exemplar: Hashable, Sendable {
    package let trace: [UInt8]
    package let duration: Int64
    /// Microseconds since 2000-01-01.
    package let time: Int64
  }

  /// A longer name is cut and gets its digest, so that it fits into an index and a metric's label.
  package static let nameBytesMax = 200
  /// OpenMetrics allows 128 characters for an exemplar's labels together.
  private static let traceBytesMax = 64

  package private(set) var deltas: [Delta] = []
  /// Hash of each delta's key.
  private var hashes: [UInt64] = []
  /// Open addressing over `deltas`, by the hash of the key; 0 is free, otherwise index + 1. A power of two, at most half full.
  private var slots = [Int32](repeating: 0, count: 256)

  package init() {}

  package init(of rows: Redacted<EncodedRows>) { self.init(encoded: rows.value) }

  /// From tuples as the records table has them.
  package init(encoded rows: EncodedRows) { rows.forEach { add($0) } }

  package mutating func add(_ tuple: Span<UInt8>) {
    var cursor = TupleCursor()
    guard let time = cursor.next(tuple) else { return }
    cursor.skip(to: Self.duration, tuple)
    let duration = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) }
    let resultBytes = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) }
    cursor.skip(to: Self.column(.tool), tuple)
    guard let tool = cursor.next(tuple) else { return }
    let server = cursor.next(tuple) ?? 0..<0
    cursor.skip(to: Self.column(.status), tuple)
    let status = cursor.next(tuple) ?? 0..<0
    let error = cursor.next(tuple)
    let micros = tuple.int64(at: time.lowerBound)
    let minute = micros - ((micros % Self.minuteMicros) + Self.minuteMicros) % Self.minuteMicros

    let index = find(minute, tuple, tool, server, status)
    let isSlowest = duration.map { $0 > deltas[index].figures.durationMax ?? -1 } ?? false
    deltas[index].figures.add(duration: duration, resultBytes: resultBytes)
    if let failure = Self.failure(deltas[index].verdict, tuple, error) {
      deltas[index].figures.errors[failure.rawValue] &+= 1
    }
    guard isSlowest, let duration else { return }
    cursor.skip(to: Self.column(.trace), tuple)
    guard let trace = cursor.next(tuple), !trace.isEmpty, trace.count <= Self.traceBytesMax else { return }
    deltas[index].exemplar = Exemplar(trace: Array(tuple, trace), duration: duration, time: micros)
  }

  private static let minuteMicros: Int64 = 60_000_000
  private static let duration = 3

  /// Behind ten columns of fixed width.
  private static func column(_ column: TextColumn) -> Int { 10 + column.rawValue }

  private static func failure(
    _ verdict: ErrorClass.Verdict, _ tuple: Span<UInt8>, _ error: Range<Int>?
  ) -> ErrorClass? {
    switch verdict {
    case .success: return nil
    case .failure(let known?): return known
    case .failure(nil): return error.map { ErrorClass.told(by: tuple.extracting($0)) } ?? .other
    case .unknown:
      guard let error, !error.isEmpty else { return nil }
      return ErrorClass.told(by: tuple.extracting(error))
    }
  }

  private mutating func find(
    _ minute: Int64, _ tuple: Span<UInt8>, _ tool: Range<Int>, _ server: Range<Int>, _ status: Range<Int>
  ) -> Int {
    var hash = UInt64(bitPattern: minute) &* 0x9E37_79B9_7F4A_7C15
    Self.mix(&hash, tuple, tool)
    Self.mix(&hash, tuple, server)
    Self.mix(&hash, tuple, status)
    var slot = Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if hashes[index] == hash, deltas[index].minute == minute, Self.equal(deltas[index].tool, tuple, tool),
        Self.equal(deltas[index].server, tuple, server), Self.equal(deltas[index].status, tuple, status)
      {
        return index
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    deltas.append(
      Delta(
        minute: minute, server: Self.name(tuple, server), tool: Self.name(tuple, tool),
        status: Self.name(tuple, status), verdict: ErrorClass.verdict(tuple.extracting(status))))
    hashes.append(hash)
    slots[slot] = Int32(deltas.count)
    if deltas.count * 2 > slots.count { grow() }
    return deltas.count - 1
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 4)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index + 1)
    }
  }

  /// Eight bytes at a time; where a name ends counts too.
  @inline(__always)
  private static func mix(_ hash: inout UInt64, _ bytes: Span<UInt8>, _ range: Range<Int>) {
    var at = range.lowerBound
    while at + 8 <= range.upperBound {
      fold(&hash, UInt64(bitPattern: bytes.int64(at: at)))
      at += 8
    }
    var rest = UInt64(range.count)
    while at < range.upperBound {
      rest = rest << 8 | UInt64(bytes[at])
      at += 1
    }
    fold(&hash, rest)
  }

  @inline(__always)
  private static func fold(_ hash: inout UInt64, _ word: UInt64) {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    hash = product.high ^ product.low
  }

  /// A name that was cut is equal to none, and so gets a delta a record; whoever adds deltas up adds them up.
  @inline(__always)
  private static func equal(_ key: [UInt8], _ tuple: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard key.count == range.count else { return false }
    return tuple.extracting(range).withUnsafeBufferPointer { part in
      key.withUnsafeBufferPointer { key in
        guard let left = key.baseAddress, let right = part.baseAddress else { return true }
        return memcmp(left, right, key.count) == 0
      }
    }
  }

  private static func name(_ tuple: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    guard range.count > nameBytesMax else { return Array(tuple, range) }
    // FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range { hash = (hash ^ UInt64(tuple[index])) &* 0x100_0000_01B3 }
    // The mark is three bytes, the digest sixteen; characters stay whole.
    var end = range.lowerBound + nameBytesMax - 19
    while end > range.lowerBound, tuple[end] & 0xC0 == 0x80 { end -= 1 }
    let digits = String(hash, radix: 16)
    return Array(tuple, range.lowerBound..<end) + Array("…".utf8)
      + Array((String(repeating: "0", count: 16 - digits.count) + digits).utf8)
  }
}

extension [UInt8] {
  fileprivate init(_ span: Span<UInt8>, _ range: Range<Int>) {
    self = []
    append(span: span.extracting(range))
  }
}
