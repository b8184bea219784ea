import AuditConfig
import Testing

@Suite struct ByteCountTests {
  @Test(
    "A size counts bytes, by thousands or by 1024",
    arguments: [
      ("0", 0), ("4096", 4096), ("512B", 512), ("10KB", 10_000), ("64MiB", 67_108_864), ("1KiB", 1024),
      ("2MB", 2_000_000), ("3GB", 3_000_000_000), ("1GiB", 1 << 30), ("5TB", 5_000_000_000_000), ("1TiB", 1 << 40),
      ("9223372036854775807", .max),
    ])
  func parses(text: String, bytes: Int) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(
    "What is no size is refused with the reason",
    arguments: [
      ("", "is empty"), ("-1", "is negative"), ("MiB", "is not a size"), ("64M", "unknown unit"),
      ("64mib", "unknown unit"), ("64 MiB", "unknown unit"), ("1.5GiB", "unknown unit"), ("0x10", "unknown unit"),
      ("9223372036854775808", "too large"), ("8388608TiB", "too large"),
    ])
  func refuses(text: String, reason: String) {
    let problem = #expect(throws: GrammarProblem.self) { try ByteCount(parsing: text) }
    #expect(problem?.message.contains(reason) == true, "\(problem?.message ?? "")")
  }

  @Test(
    "A size prints with the largest unit that says it exactly",
    arguments: [
      (0, "0B"), (1, "1B"), (1000, "1KB"), (1024, "1KiB"), (1025, "1025B"), (67_108_864, "64MiB"), (10_000, "10KB"),
    ])
  func prints(bytes: Int, expected: String) {
    #expect(ByteCount(bytes).description == expected)
  }

  @Test("Any size survives printing and parsing, seed 2")
  func roundTrips() throws {
    var generator = SplitMix(state: 2)
    for _ in 0..<2000 {
      let size = ByteCount(Int.random(in: 0...1000, using: &generator) << Int.random(in: 0...40, using: &generator))
      #expect(try ByteCount(parsing: size.description) == size)
    }
  }
}
