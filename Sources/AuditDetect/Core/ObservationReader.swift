package import AuditModel
import JSON

/// A record's tuple (`RecordLayout`), as the store holds it and as the intake writes it → what detectors see of it. Its buffers are used
/// again record after record.
package struct ObservationReader: Sendable {
  var shapes = ArgumentShape()

  package init() {}

  /// - Parameter tuple: one whole binary COPY tuple of layout 1.
  package mutating func read(
    _ tuple: Span<UInt8>, id: RecordID, into set: inout DetectorSet
  ) -> Observation {
    var cursor = TupleCursor()
    let micros = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) } ?? 0
    cursor.skip(to: 3, tuple)
    let duration = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) }
    let resultBytes = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) }
    cursor.skip(to: 8, tuple)
    let remainder = cursor.next(tuple).map { tuple.int16(at: $0.lowerBound) } ?? 0
    _ = cursor.next(tuple)
    var observation = Observation(
      record: id, time: RecordTime(postgresMicroseconds: micros, nanosecondRemainder: remainder))
    observation.duration = duration
    observation.resultBytes = resultBytes
    observation.tool = set.intern(cursor.next(tuple), of: tuple)
    observation.server = set.intern(cursor.next(tuple), of: tuple)
    observation.user = set.intern(cursor.next(tuple), of: tuple)
    observation.client = set.intern(cursor.next(tuple), of: tuple)
    observation.session = set.intern(cursor.next(tuple), of: tuple)
    let status = cursor.next(tuple)
    let error = cursor.next(tuple)
    observation.outcome = Outcome(
      status: tuple.extracting(status ?? 0..<0), hasError: error != nil)
    if let error { observation.outcome = observation.outcome.refined(byError: tuple.extracting(error)) }
    cursor.skip(to: 21, tuple)
    observation.address = set.intern(cursor.next(tuple), of: tuple)
    if let args = cursor.next(tuple) { observation.shape = shapes.hash(ofText: tuple.extracting(args)) }
    if let extra = cursor.next(tuple) { readExtra(tuple.extracting(extra), &observation, &set) }
    return observation
  }

  /// `team` and `cost` stand where no column takes them.
  private mutating func readExtra(_ extra: Span<UInt8>, _ observation: inout Observation, _ set: inout DetectorSet) {
    guard extra.contains(lowercase: "team") || extra.contains(lowercase: "cost") else { return }
    guard shapes.scan(extra) else { return }
    readMoney(extra, object: 0, &observation, &set)
  }

  /// - Parameter object: token of the object whose members may be `team` and `cost`.
  func readMoney(
    _ text: Span<UInt8>, object: Int, _ observation: inout Observation, _ set: inout DetectorSet
  ) {
    let tape = shapes.tape
    if let team = tape.member(of: object, named: "team", in: text), tape.tokens[team].kind == .string {
      observation.team = set.intern(text.extracting(tape.tokens[team].range))
    }
    if let cost = tape.member(of: object, named: "cost", in: text), tape.tokens[cost].kind == .number {
      observation.cost = Double(
        String(decoding: Array(text, tape.tokens[cost].range), as: UTF8.self))
    }
  }
}

extension DetectorSet {
  mutating func intern(_ range: Range<Int>?, of tuple: Span<UInt8>) -> Name {
    guard let range else { return .none }
    return intern(tuple.extracting(range))
  }
}

extension Span where Element == UInt8 {
  func int16(at index: Int) -> Int16 { Int16(bitPattern: UInt16(self[index]) << 8 | UInt16(self[index + 1])) }
}

extension [UInt8] {
  init(_ span: Span<UInt8>, _ range: Range<Int>) {
    self = []
    append(span: span.extracting(range))
  }
}
