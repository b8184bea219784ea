import Testing

@testable import Postgres

@Suite("CopyTupleReader")
struct CopyTupleReaderTests {
  static let tuples: [[UInt8]] = [
    [0, 2, 0, 0, 0, 1, 7, 255, 255, 255, 255], [0, 0], [0, 1, 0, 0, 0, 3, 1, 2, 3], [0, 1, 0, 0, 0, 0],
  ]
  static var stream: [UInt8] { CopyFormat.header + tuples.flatMap { $0 } + CopyFormat.trailer }

  /// Feeds the bytes in pieces of a size; nil when they are refused.
  static func read(_ bytes: [UInt8], pieces size: Int) throws -> (tuples: [[UInt8]], isComplete: Bool)? {
    var reader = CopyTupleReader()
    var found: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(start + size, bytes.count)])
      guard try reader.read(piece.span, { found.append($0.array()) }) else { return nil }
    }
    return (found, reader.isComplete)
  }

  @Test("The tuples are the same wherever the stream is cut", arguments: 1...60)
  func cuts(_ size: Int) throws {
    let result = try #require(try Self.read(Self.stream, pieces: size))
    #expect(result.tuples == Self.tuples)
    #expect(result.isComplete)
  }

  @Test("A stream that ends early is not complete", arguments: 0..<CopyTupleReaderTests.stream.count)
  func truncated(_ count: Int) throws {
    let result = try #require(try Self.read(Array(Self.stream.prefix(count)), pieces: 5))
    #expect(!result.isComplete)
  }

  @Test(
    "Bytes of another format are refused",
    arguments: [
      [UInt8](repeating: 0, count: 30), CopyFormat.header + [0xFF, 0xFE],
      CopyFormat.header + [0, 1, 0xFF, 0xFF, 0xFF, 0xFE], CopyFormat.header + CopyFormat.trailer + [0],
    ])
  func malformed(_ bytes: [UInt8]) throws {
    #expect(try Self.read(bytes, pieces: 1000) == nil)
  }
}
