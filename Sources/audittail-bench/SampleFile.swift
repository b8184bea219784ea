import AuditModel
import AuditSample
import Glibc

/// Writes one CRI log file of sample lines, a mebibyte at a time.
struct SampleFile {
  /// What was written.
  struct Summary {
    var lines = 0
    var bytes = 0
    var kinds: [SampleLine.Kind: Int] = [:]
    var withSecret = 0
  }

  private static let bufferBytes = 1 << 20
  let path: String

  /// - Parameter step: nanoseconds from line to line.
  func write(_ traffic: SampleTraffic, lines: Int, from start: RecordTime, step: Int64) throws -> Summary {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw BenchError.system("create \(path)") }
    defer { close(file) }
    var traffic = traffic
    var summary = Summary()
    var buffer: [UInt8] = []
    buffer.reserveCapacity(Self.bufferBytes + (64 << 10))
    for index in 0..<lines {
      let time = RecordTime(nanoseconds: start.nanoseconds + Int64(index) * step)
      let line = traffic.appendCRI(at: time, to: &buffer)
      summary.kinds[line.kind, default: 0] += 1
      if line.hasSecret { summary.withSecret += 1 }
      if buffer.count >= Self.bufferBytes { try flush(&buffer, to: file, &summary) }
    }
    try flush(&buffer, to: file, &summary)
    summary.lines = lines
    return summary
  }

  private func flush(_ buffer: inout [UInt8], to file: Int32, _ summary: inout Summary) throws {
    var at = 0
    while at < buffer.count {
      let count = buffer.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: at), $0.count - at) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw BenchError.system("write \(path)") }
      at += count
    }
    summary.bytes += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }
}
