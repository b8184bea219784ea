import AuditConfig
import Testing

@Suite struct DurationGrammarTests {
  @Test(
    "A duration is the sum of its parts",
    arguments: [
      ("90d", Duration.seconds(90 * 86_400)), ("12h", .seconds(43_200)), ("30s", .seconds(30)),
      ("500ms", .milliseconds(500)), ("1h30m", .seconds(5400)), ("1d2h3m4s5ms", .milliseconds(93_784_005)),
      ("0s", .zero), ("0d", .zero), ("007m", .seconds(420)), ("90m", .seconds(5400)),
      ("106751991167d", .seconds(106_751_991_167 * 86_400)),
    ])
  func parses(text: String, expected: Duration) throws {
    #expect(try DurationGrammar.parse(text) == expected)
  }

  @Test(
    "What is no duration is refused with the reason",
    arguments: [
      ("", "is empty"), ("30", "needs a unit"), ("1h30", "needs a unit"), ("-5s", "is negative"),
      ("5 s", "unknown unit"), ("5x", "unknown unit"), ("5S", "unknown unit"), ("1.5h", "unknown unit"),
      ("5s ", "unknown unit"), ("h", "is not a duration"), ("+5s", "is not a duration"), (" 5s", "is not a duration"),
      ("30m1h", "out of order"), ("1h1h", "out of order"), ("1ms1s", "out of order"),
      ("106751991168d", "too long"), ("9223372036854775808ms", "too long"), ("106751991167d999h", "too long"),
      ("٣s", "is not a duration"),
    ])
  func refuses(text: String, reason: String) {
    let problem = #expect(throws: GrammarProblem.self) { try DurationGrammar.parse(text) }
    #expect(problem?.message.contains(reason) == true, "\(problem?.message ?? "")")
  }

  @Test("A missing unit is answered with the units there are")
  func namesUnits() {
    let problem = #expect(throws: GrammarProblem.self) { try DurationGrammar.parse("30") }
    #expect(problem?.message.contains("(d, h, m, s or ms)") == true)
  }

  @Test(
    "A printed duration is short, and means the same",
    arguments: [
      (Duration.zero, "0s"), (.seconds(5400), "1h30m"), (.seconds(90 * 86_400), "90d"), (.milliseconds(500), "500ms"),
      (.milliseconds(61_001), "1m1s1ms"), (.seconds(86_400 + 60), "1d1m"),
    ])
  func prints(duration: Duration, expected: String) throws {
    #expect(DurationGrammar.print(duration) == expected)
    #expect(try DurationGrammar.parse(expected) == duration)
  }

  @Test("Any duration of whole milliseconds survives printing and parsing, seed 1")
  func roundTrips() throws {
    var generator = SplitMix(state: 1)
    for _ in 0..<2000 {
      let bits = Int64.random(in: 0...62, using: &generator)
      let duration = Duration.milliseconds(Int64.random(in: 0...(1 << bits), using: &generator))
      #expect(try DurationGrammar.parse(DurationGrammar.print(duration)) == duration)
    }
  }

  @Test("A negative duration and one below a millisecond print without a trap")
  func printsOddOnes() {
    #expect(DurationGrammar.print(.seconds(-90)) == "-1m30s")
    #expect(DurationGrammar.print(.microseconds(999)) == "0s")
    #expect(DurationGrammar.print(.microseconds(1500)) == "1ms")
  }
}

/// A generator whose numbers depend on its seed only.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
