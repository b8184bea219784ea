import Glibc

/// Standard input in chunks, with what is left of those before.
struct InputChunks {
  private(set) var bytes: [UInt8] = []
  /// Where `bytes` begins in the input.
  private(set) var offset: Int64 = 0
  private static let chunkBytes = 256 << 10

  /// Appends what comes next.
  /// - Returns: false at the end.
  mutating func read() throws -> Bool {
    let had = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.chunkBytes))
    while true {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(STDIN_FILENO, $0.baseAddress.map { $0 + had }, Self.chunkBytes)
      }
      if got < 0, errno == EINTR { continue }
      bytes.removeLast(Self.chunkBytes - max(0, got))
      if got < 0 {
        throw CommandFailure(.inputOutput, "Cannot read standard input: \(String(cString: strerror(errno))).")
      }
      return got > 0
    }
  }

  /// The first `count` bytes are done with.
  mutating func drop(_ count: Int) {
    bytes.removeFirst(count)
    offset += Int64(count)
  }
}
