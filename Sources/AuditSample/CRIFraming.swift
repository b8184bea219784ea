package import AuditModel

/// Writes lines as a container runtime does: `time SP stdout|stderr SP F|P SP content LF`; `P` says that the line goes on in
/// the stream's next one (Kubernetes design "CRI: Log management for container stdout/stderr streams").
package struct CRIFraming: Sendable {
  private var clock = ClockText()

  package init() {}

  /// Appends one piece of a line; only a line's last piece is not partial.
  package mutating func append(
    _ content: Span<UInt8>, at time: RecordTime, stream: OutputStream = .stdout, isPartial: Bool = false,
    to out: inout [UInt8]
  ) {
    begin(at: time, stream: stream, isPartial: isPartial, to: &out)
    out.append(span: content)
    out.append(UInt8(ascii: "\n"))
  }

  /// Appends everything up to the content, which the caller then writes, and the line feed.
  mutating func begin(at time: RecordTime, stream: OutputStream, isPartial: Bool, to out: inout [UInt8]) {
    clock.put(time, .nanosecondsTrimmed, to: &out)
    switch stream {
    case .stdout: out.put(" stdout ")
    case .stderr: out.put(" stderr ")
    }
    if isPartial { out.put("P ") } else { out.put("F ") }
  }

  /// Where a line of `bytes` bytes is cut into `fragments` pieces of nearly equal length: anywhere, also inside of a
  /// character, since runtimes count bytes.
  package static func pieces(of bytes: Int, fragments: Int) -> [Range<Int>] {
    precondition(fragments > 0, "A line has at least one piece.")
    return (0..<fragments).map { bytes * $0 / fragments..<bytes * ($0 + 1) / fragments }
  }
}
