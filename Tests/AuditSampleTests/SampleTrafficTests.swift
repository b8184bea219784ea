import AuditModel
import AuditSample
import JSON
import Testing

@Suite struct SampleTrafficTests {
  private static let clean = 10_000

  @Test func `The same seed gives the same bytes, another seed gives others`() {
    func bytes(_ seed: UInt64) -> [UInt8] {
      var options = SampleTraffic.Options()
      options.partialEvery = 7
      options.poisonEvery = 11
      var traffic = SampleTraffic(seed: seed, options: options)
      var out: [UInt8] = []
      for index in 0..<500 { traffic.appendCRI(at: Sample.time(index), to: &out) }
      return out
    }
    #expect(bytes(3) == bytes(3))
    #expect(bytes(3) != bytes(4))
  }

  @Test(arguments: [Dialect.middleware, .structured])
  func `Every clean line is one JSON object with the dialect's members`(_ dialect: Dialect) throws {
    var options = SampleTraffic.Options()
    options.dialect = dialect
    var tape = JSONTape()
    for sample in Sample.lines(Self.clean, seed: 1, options) {
      try tape.scan(sample.bytes.span)
      let members = Sample.keys(of: 0, tape, sample.bytes)
      if dialect == .middleware {
        #expect(
          members == ["timestamp", "tool", "userId", "sessionId", "args", "status", "durationMs"]
            + (sample.line.isFailure ? ["error"] : []))
      } else {
        #expect(
          members == [
            "timestamp", "level", "event", "tool", "client_id", "arguments", "duration_ms", "status",
            "result_size_bytes",
          ])
      }
      #expect(!tape.bytesNeedCare)
      #expect((3...6).contains(tape.depth))
    }
  }

  @Test func `Timestamps are the caller's, to the precision of the dialect`() throws {
    var tape = JSONTape()
    for sample in Sample.lines(200, seed: 2) {
      try tape.scan(sample.bytes.span)
      let value = try Sample.member("timestamp", tape, sample.bytes)
      let time = try #require(RecordTime(rfc3339: Sample.text(value, tape, sample.bytes)))
      let unit: Int64 = sample.line.dialect == .middleware ? 1_000_000 : 1000
      #expect(time.nanoseconds == sample.time.nanoseconds / unit * unit)
    }
  }

  @Test func `Lines are as long as those of life, and so are their arguments`() throws {
    var options = SampleTraffic.Options()
    options.secretShare = 0
    options.unusualTextShare = 0
    var traffic = SampleTraffic(seed: 5, options: options)
    var framed: [UInt8] = []
    for index in 0..<Self.clean { traffic.appendCRI(at: Sample.time(index), to: &framed) }
    #expect((420...450).contains(framed.count / Self.clean))
    var tape = JSONTape()
    for sample in Sample.lines(Self.clean, seed: 5, options) {
      try tape.scan(sample.bytes.span)
      let name: StaticString = sample.line.dialect == .middleware ? "args" : "arguments"
      let value = try Sample.member(name, tape, sample.bytes)
      #expect((110...330).contains(tape.tokens[value].range.count))
    }
  }

  @Test func `Every line's id is the prefix and its number, in its arguments`() throws {
    var options = SampleTraffic.Options()
    options.idPrefix = "node7"
    var tape = JSONTape()
    for (index, sample) in Sample.lines(3000, seed: 6, options).enumerated() {
      #expect(sample.line.number == index + 1)
      try tape.scan(sample.bytes.span)
      #expect(Sample.requestID(tape, sample.bytes) == "node7-\(index + 1)")
    }
  }

  @Test func `Failures, secrets and unusual text have their shares`() {
    let samples = Sample.lines(40_000, seed: 7)
    func share(_ isCounted: (Sample) -> Bool) -> Double {
      Double(samples.count(where: isCounted)) / Double(samples.count)
    }
    #expect((0.036...0.046).contains(share { $0.line.isFailure }))
    #expect((0.027...0.033).contains(share { $0.line.hasSecret }))
    #expect((0.007...0.025).contains(share { $0.bytes.contains { $0 >= 0x80 } }))
    #expect((0.48...0.52).contains(share { $0.line.dialect == .middleware }))
  }

  @Test func `A few tools and users have most of the calls, and a session has about forty`() throws {
    var options = SampleTraffic.Options()
    options.dialect = .middleware
    var tools: [String: Int] = [:]
    var users: [String: Int] = [:]
    var sessions: Set<String> = []
    var tape = JSONTape()
    for sample in Sample.lines(30_000, seed: 8, options) {
      try tape.scan(sample.bytes.span)
      func text(_ name: StaticString) throws -> String {
        try Sample.text(Sample.member(name, tape, sample.bytes), tape, sample.bytes)
      }
      tools[try text("tool"), default: 0] += 1
      users[try text("userId"), default: 0] += 1
      sessions.insert(try text("sessionId"))
    }
    #expect(tools.count == 40)
    #expect((440...500).contains(users.count))
    // The first of 40 by Zipf's law with exponent 1.1 has 29 %, of 500 with 0.9 has 11 %.
    #expect((7800...9900).contains(try #require(tools.values.max())))
    #expect((2940...3600).contains(try #require(users.values.max())))
    #expect((1000...1400).contains(sessions.count))
  }
}

extension JSONTape {
  /// Whether PostgreSQL would refuse something of it, or a key stands twice.
  fileprivate var bytesNeedCare: Bool {
    !flags.isDisjoint(with: [.hasNUL, .hasLoneSurrogate, .hugeNumber, .duplicateKey])
  }
}
