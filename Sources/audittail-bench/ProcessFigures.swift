import Glibc

/// What a running process used so far, from proc(5).
struct ProcessFigures {
  let processorSeconds: Double
  let peakKibibytes: Int
  let descriptors: Int

  init(_ pid: pid_t) throws {
    let stat = try Self.text("/proc/\(pid)/stat")
    // The name in parentheses may hold anything; what follows it does not.
    guard let close = stat.lastIndex(of: ")") else { throw BenchError("/proc/\(pid)/stat makes no sense.") }
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      throw BenchError("/proc/\(pid)/stat makes no sense.")
    }
    processorSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    let status = try Self.text("/proc/\(pid)/status")
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split { !$0.isNumber }.first
    guard let peak, let kibibytes = Int(peak) else { throw BenchError("/proc/\(pid)/status makes no sense.") }
    peakKibibytes = kibibytes
    var count = 0
    if let stream = opendir("/proc/\(pid)/fd") {
      while readdir(stream) != nil { count += 1 }
      closedir(stream)
    }
    descriptors = max(0, count - 2)
  }

  private static func text(_ path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw BenchError.system("read \(path)") }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(file, &bytes, bytes.count)
    guard count >= 0 else { throw BenchError.system("read \(path)") }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
