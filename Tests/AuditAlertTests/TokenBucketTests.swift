import AuditDeliver
import Testing

@Suite("The rate of a receiver")
struct TokenBucketTests {
  @Test("Is kept over minutes, whatever comes at once", arguments: [1, 6, 60, 600])
  func rate(perMinute: Int) {
    var bucket = TokenBucket(perMinute: perMinute, now: .zero)
    var sent = 0
    // Asked every tenth of a second for five minutes, it always takes all it may.
    for tick in 0...3000 {
      let free = bucket.available(.milliseconds(tick * 100))
      bucket.take(free)
      sent += free
      if tick == 0 { #expect(free == max(1, perMinute / 10)) }
    }
    #expect(sent <= perMinute * 5 + max(1, perMinute / 10) && sent >= perMinute * 5 - 1)
  }
}
