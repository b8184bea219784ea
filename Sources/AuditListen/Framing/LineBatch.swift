package import AuditModel

/// Lines on their way into a submission: their bytes one after the other, and where each lies.
package struct LineBatch: Sendable {
  package private(set) var bytes: [UInt8] = []
  package private(set) var lines: [Submission.Line] = []

  package init() {}

  package var isEmpty: Bool { lines.isEmpty }

  package mutating func append(_ line: Span<UInt8>, time: RecordTime? = nil, isCut: Bool = false) {
    let start = bytes.count
    line.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    lines.append(Submission.Line(range: start..<bytes.count, time: time, isCut: isCut))
  }

  package mutating func append(_ line: [UInt8], time: RecordTime? = nil, isCut: Bool = false) {
    append(line.span, time: time, isCut: isCut)
  }

  /// A value that may go over several lines becomes one: in JSON a raw line break is a blank.
  package mutating func append(flat value: Span<UInt8>, isCut: Bool = false) {
    let start = bytes.count
    for index in value.indices {
      let byte = value[index]
      bytes.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
    }
    lines.append(Submission.Line(range: start..<bytes.count, isCut: isCut))
  }

  /// The last line lost its end on the way.
  package mutating func markLastCut() {
    if !lines.isEmpty { lines[lines.count - 1].isCut = true }
  }

  /// Takes what is there and leaves an empty batch behind.
  package mutating func take() -> LineBatch {
    var taken = LineBatch()
    swap(&taken, &self)
    return taken
  }
}
