import Testing

@testable import Postgres

/// SplitMix64, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Backoff")
struct BackoffTests {
  @Test("Each delay is between half of its step and the step; the steps double up to the limit", arguments: 0..<50)
  func bounds(_ seed: UInt64) {
    var random = SeededRandom(state: seed)
    var backoff = Backoff(.init(delayMin: .milliseconds(100), delayMax: .seconds(3)))
    for step in [100, 200, 400, 800, 1600, 3000, 3000, 3000] {
      let delay = backoff.next(using: &random)
      #expect(delay >= .milliseconds(step) / 2 && delay <= .milliseconds(step))
    }
    backoff.reset()
    #expect(backoff.next(using: &random) <= .milliseconds(100))
  }

  @Test("Two clients do not wait equally long")
  func jitter() {
    var random = SeededRandom(state: 7)
    var first = Backoff()
    var second = Backoff()
    #expect(first.next(using: &random) != second.next(using: &random))
  }

  @Test("The same seed gives the same delays")
  func seeded() {
    func delays() -> [Duration] {
      var random = SeededRandom(state: 1)
      var backoff = Backoff()
      return (0..<5).map { _ in backoff.next(using: &random) }
    }
    #expect(delays() == delays())
  }
}
