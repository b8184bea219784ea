import AuditModel
import Glibc

/// Log files of pods as kubelet lays them out, each with one line.
struct PodTree {
  private let directory: String

  /// Of one tenant's namespace.
  var pattern: String { "\(directory)/*/*/*.log" }

  init(directory: String, count: Int) throws {
    self.directory = directory
    mkdir(directory, 0o755)
    for number in 0..<count {
      mkdir(pod(number), 0o755)
      mkdir("\(pod(number))/tool", 0o755)
      try append(to: number)
    }
  }

  private func pod(_ number: Int) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: 12 - digits.count) + digits
    return "\(directory)/mcp-org-bench_tool-\(number)_0a1b2c3d-0000-4000-8000-\(padded)"
  }

  /// One line of now.
  func append(to number: Int) throws {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let time = RecordTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)).rfc3339
    let line =
      "\(time) stdout F {\"timestamp\":\"\(time)\",\"tool\":\"read_file\",\"userId\":\"u\(number)\",\"sessionId\":\"s\(number)\","
      + "\"args\":{\"path\":\"/srv/data/\(number).txt\",\"apiKey\":\"k-\(number)-abcdef\"},\"status\":\"success\",\"durationMs\":12.5}\n"
    let path = "\(pod(number))/tool/0.log"
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw BenchError.system("write \(path)") }
    defer { close(file) }
    let bytes = Array(line.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw BenchError.system("write \(path)") }
  }
}
