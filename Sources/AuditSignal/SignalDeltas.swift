package import AuditModel
package import AuditRedact

/// The golden signals that one batch adds: per minute, server, tool and status how many calls, how long they took and how
/// many bytes they returned.
///
/// It is a function of the stored rows and nothing else, so a recomputation from the records gives the same.
package struct SignalDeltas: Sendable {
  package struct Delta: Sendable {
    /// Start of the minute, microseconds since 2000-01-01.
    package let minute: Int64
    package let server: [UInt8]?
    package let tool: [UInt8]
    package let status: [UInt8]?
    package var calls: Int64 = 0
    package var durationSum: Int64 = 0
    package var durationMin: Int64?
    package var durationMax: Int64?
    package var resultBytes: Int64 = 0
    package var sketch = LatencySketch()
  }

  package private(set) var deltas: [Delta] = []
  /// Hash of each delta's key.
  private var hashes: [UInt64] = []
  /// Open addressing over `deltas`, by the hash of the key; 0 is free, otherwise index + 1. A power of two, at most half full.
  private var slots = [Int32](repeating: 0, count: 256)

  package init(of rows: Redacted<EncodedRows>) {
    rows.value.forEach { add($0) }
  }

  private mutating func add(_ tuple: Span<UInt8>) {
    var cursor = TupleCursor()
    guard let time = cursor.next(tuple) else { return }
    cursor.skip(to: Self.duration, tuple)
    let duration = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) }
    let resultBytes = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) }
    cursor.skip(to: Self.tool, tuple)
    guard let tool = cursor.next(tuple) else { return }
    let server = cursor.next(tuple)
    cursor.skip(to: Self.status, tuple)
    let status = cursor.next(tuple)
    let micros = tuple.int64(at: time.lowerBound)
    let minute = micros - ((micros % Self.minuteMicros) + Self.minuteMicros) % Self.minuteMicros

    let index = find(minute, tuple, tool, server, status)
    deltas[index].calls += 1
    deltas[index].resultBytes.addSaturating(resultBytes ?? 0)
    if let duration {
      deltas[index].durationSum.addSaturating(duration)
      deltas[index].durationMin = min(deltas[index].durationMin ?? duration, duration)
      deltas[index].durationMax = max(deltas[index].durationMax ?? duration, duration)
      deltas[index].sketch.insert(duration)
    }
  }

  private static let minuteMicros: Int64 = 60_000_000
  private static let duration = 3
  private static let tool = 10
  private static let status = 15

  private mutating func find(
    _ minute: Int64, _ tuple: Span<UInt8>, _ tool: Range<Int>, _ server: Range<Int>?, _ status: Range<Int>?
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
        minute: minute, server: server.map { Array(tuple, $0) }, tool: Array(tuple, tool),
        status: status.map { Array(tuple, $0) }))
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

  /// FNV-1a, continued; NULL and the empty text differ.
  private static func mix(_ hash: inout UInt64, _ bytes: Span<UInt8>, _ range: Range<Int>?) {
    guard let range else { return hash = (hash ^ 0x1FF) &* 0x100_0000_01B3 }
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    hash = (hash ^ 0x100) &* 0x100_0000_01B3
  }

  private static func equal(_ key: [UInt8]?, _ tuple: Span<UInt8>, _ range: Range<Int>?) -> Bool {
    guard let key, let range else { return key == nil && range == nil }
    guard key.count == range.count else { return false }
    for offset in 0..<key.count where key[offset] != tuple[range.lowerBound + offset] { return false }
    return true
  }
}

extension [UInt8] {
  fileprivate init(_ span: Span<UInt8>, _ range: Range<Int>) {
    self = []
    append(span: span.extracting(range))
  }
}

extension Int64 {
  /// A line may claim any duration and size; a sum stays at the largest number instead of ending the program.
  fileprivate mutating func addSaturating(_ other: Int64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}
