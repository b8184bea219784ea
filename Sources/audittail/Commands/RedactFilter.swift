import AuditRedact
import Glibc

/// Standard input → the redactor → standard output, line by line.
struct RedactFilter: ~Copyable {
  private let explains: Bool
  private var redactor: Redactor
  private var output: [UInt8] = []
  private var words: [UInt8] = []
  /// Of the input, counted from 1.
  private var line = 0
  private static let chunkBytes = 256 << 10

  init(explains: Bool, policy: RedactionPolicy) {
    self.explains = explains
    redactor = Redactor(rules: RedactionRules(policy: policy))
  }

  mutating func run() throws {
    var input: [UInt8] = []
    var searched = 0  // of a line that did not end yet, so that a long one is looked through once
    var isAtEnd = false
    while !isAtEnd {
      isAtEnd = try Self.fill(&input) == 0
      let used = try redact(input.span, searched: searched, isAtEnd: isAtEnd)
      input.removeFirst(used)
      searched = input.count
    }
  }

  /// - Parameter searched: so many bytes at the beginning hold no line feed.
  /// - Returns: how many bytes were lines.
  private mutating func redact(_ input: Span<UInt8>, searched: Int, isAtEnd: Bool) throws -> Int {
    var at = 0
    while at < input.count {
      let feed = Self.lineFeed(in: input, from: max(at, searched))
      if feed == nil, !isAtEnd { break }
      redactor.redactLine(input.extracting(at..<(feed ?? input.count)), into: &output)
      if feed != nil { output.append(UInt8(ascii: "\n")) }
      line += 1
      if explains { redactor.writeExplanation(of: line, into: &words) }
      at = feed.map { $0 + 1 } ?? input.count
      if output.count >= Self.chunkBytes { try flush() }
    }
    try flush()
    return at
  }

  private static func lineFeed(in bytes: Span<UInt8>, from start: Int) -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
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
