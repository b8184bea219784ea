import AuditRedact
import Glibc

/// Standard input → the redactor → standard output, line by line.
struct RedactFilter: ~Copyable {
  private let explains: Bool
  private var redactor: Redactor
  private var output: [UInt8] = []
  private var words: [UInt8] = []
  private static let chunkBytes = 256 << 10

  init(explains: Bool, policy: RedactionPolicy) {
    self.explains = explains
    redactor = Redactor(rules: RedactionRules(policy: policy))
  }

  mutating func run() throws {
    var input: [UInt8] = []
    var isAtEnd = false
    while !isAtEnd {
      isAtEnd = try Self.fill(&input) == 0
      let used = try redact(input.span, isAtEnd: isAtEnd)
      input.removeFirst(used)
    }
  }

  /// - Returns: how many bytes were lines.
  private mutating func redact(_ input: Span<UInt8>, isAtEnd: Bool) throws -> Int {
    var at = 0
    while at < input.count {
      var end = at
      while end < input.count, input[end] != UInt8(ascii: "\n") { end += 1 }
      if end == input.count, !isAtEnd { break }
      redactor.redactLine(input.extracting(at..<end), into: &output)
      if end < input.count { output.append(UInt8(ascii: "\n")) }
      if explains {
        redactor.writeHits(into: &words)
        words.append(UInt8(ascii: "\n"))
      }
      at = min(end + 1, input.count)
      if output.count >= Self.chunkBytes { try flush() }
    }
    try flush()
    return at
  }

  private mutating func flush() throws {
    try StandardOutput.write(output)
    output.removeAll(keepingCapacity: true)
    StandardError.write(words)
    words.removeAll(keepingCapacity: true)
  }

  /// - Returns: how many bytes came; 0 at the end.
  private static func fill(_ input: inout [UInt8]) throws -> Int {
    let had = input.count
    input.append(contentsOf: repeatElement(0, count: chunkBytes))
    while true {
      let got = input.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress.map { $0 + had }, chunkBytes) }
      if got < 0, errno == EINTR { continue }
      input.removeLast(chunkBytes - max(0, got))
      if got < 0 {
        throw CommandFailure(.inputOutput, "Cannot read standard input: \(String(cString: strerror(errno))).")
      }
      return got
    }
  }
}
