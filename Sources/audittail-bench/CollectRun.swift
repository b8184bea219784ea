import AuditModel
import Glibc

/// One run of `audittail collect --once`, and what it says about itself.
struct CollectRun {
  let usage: Usage
  let answer: String

  /// Runs it in the current directory, by way of `measure`.
  init(program: String, file: String, tenant: BenchTenant, database: String, work: WorkDirectory) throws {
    let answerFile = "\(work.path)/answer.json"
    let usageFile = "\(work.path)/usage.txt"
    let own = try WorkDirectory.absolute("/proc/self/exe")
    let child = try ChildProcess(
      [
        own, "measure", "--output", answerFile, "--", program, "collect", "--once", "--files", file, "--tenant",
        tenant.tenant.name, "--database", database,
      ], output: usageFile)
    let (_, status) = try child.wait()
    try Interruption.check()
    guard status == 0 else { throw BenchError("\(program) collect ended with \(status).") }
    guard let usage = Usage(line: try Self.text(of: usageFile).prefix { $0 != "\n" }) else {
      throw BenchError("The measuring process gave no figures.")
    }
    self.usage = usage
    answer = try Self.text(of: answerFile)
  }

  /// A whole number of the one flat JSON object that was answered.
  func count(_ name: String) -> Int? {
    let parts = answer.split(separator: "\"\(name)\":", maxSplits: 1)
    return parts.count == 2 ? Int(parts[1].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }) : nil
  }

  private static func text(of path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw BenchError.system("read \(path)") }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(file, &bytes, bytes.count)
    guard count >= 0 else { throw BenchError.system("read \(path)") }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
