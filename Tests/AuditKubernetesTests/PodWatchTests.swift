import Testing

@testable import AuditKubernetes

@Suite("What is asked of the API server")
struct PodWatchTests {
  private static let limits = KubernetesLimits()

  /// With the longest pauses.
  private static func machine() -> PodWatch { PodWatch(limits: limits) { 1 } }

  /// One that watches from version 7 on.
  private static func watching() -> PodWatch {
    var machine = machine()
    _ = machine.pauseEnded()
    _ = machine.listed(resourceVersion: "7", continueToken: nil)
    return machine
  }

  @Test("begins with a short pause, then a list, then a watch from the list's version")
  func beginning() {
    var machine = Self.machine()
    #expect(machine.start() == .pause(.milliseconds(500)))
    #expect(machine.pauseEnded() == .list(PodListRequest(limit: 500)))
    #expect(
      machine.listed(resourceVersion: "7", continueToken: nil) == .watch(resourceVersion: "7", seconds: 450))
  }

  @Test("Pages follow each other; the version is the last one's")
  func pages() {
    var machine = Self.machine()
    _ = machine.pauseEnded()
    #expect(
      machine.listed(resourceVersion: "7", continueToken: "a") == .list(PodListRequest(limit: 500, continueToken: "a")))
    #expect(
      machine.listed(resourceVersion: "7", continueToken: "b") == .list(PodListRequest(limit: 500, continueToken: "b")))
    #expect(machine.listed(resourceVersion: "8", continueToken: "") == .watch(resourceVersion: "8", seconds: 450))
  }

  @Test("Pages that became too old are asked for again, all at once")
  func expiredPages() {
    var machine = Self.machine()
    _ = machine.pauseEnded()
    _ = machine.listed(resourceVersion: "7", continueToken: "a")
    #expect(machine.failed(.expired) == .pause(.seconds(1)))
    #expect(machine.pauseEnded() == .list(PodListRequest(limit: nil)))
  }

  @Test("A watch goes on from the last version that it brought")
  func goesOn() {
    var machine = Self.watching()
    machine.observed(resourceVersion: "9")
    #expect(machine.watchEnded(after: .seconds(1)) == .watch(resourceVersion: "9", seconds: 450))
    #expect(machine.failed(.timedOut) == .pause(.seconds(1)))
    #expect(machine.pauseEnded() == .watch(resourceVersion: "9", seconds: 450))
  }

  @Test("After what cannot be watched any more comes a list", arguments: [APIFailure.expired, .malformed("x")])
  func lists(_ failure: APIFailure) {
    var machine = Self.watching()
    #expect(machine.failed(failure) == .pause(.seconds(1)))
    #expect(machine.pauseEnded() == .list(PodListRequest(limit: 500)))
  }

  @Test("A watch that ends at once and brings nothing is a failure; one that lasted is none")
  func worthless() {
    var machine = Self.watching()
    #expect(machine.watchEnded(after: .seconds(4)) == .pause(.seconds(1)))
    _ = machine.pauseEnded()
    #expect(machine.watchEnded(after: .seconds(4)) == .pause(.seconds(2)))
    _ = machine.pauseEnded()
    #expect(machine.watchEnded(after: .seconds(5)) == .watch(resourceVersion: "7", seconds: 450))
    #expect(machine.failed(.timedOut) == .pause(.seconds(1)))
  }

  @Test("Pauses double up to a minute, whatever fails, and never overflow")
  func backoff() {
    var machine = Self.machine()
    _ = machine.pauseEnded()
    var pauses: [Duration] = []
    for round in 0..<200 {
      let failures: [APIFailure] = [.unauthorized, .forbidden, .refused(status: 500), .unreachable(""), .tooLarge]
      guard case .pause(let pause) = machine.failed(failures[round % failures.count]) else {
        Issue.record("no pause")
        return
      }
      pauses.append(pause)
      #expect(machine.pauseEnded() == .list(PodListRequest(limit: 500)))
    }
    #expect(Array(pauses[..<7]) == [1, 2, 4, 8, 16, 32, 60].map { Duration.seconds($0) })
    #expect(pauses[7...].allSatisfy { $0 == Duration.seconds(60) })
  }

  @Test("A random half of a pause is left out")
  func jitter() {
    var machine = PodWatch { 0 }
    #expect(machine.start() == .pause(.zero))
    _ = machine.pauseEnded()
    #expect(machine.failed(.timedOut) == .pause(.milliseconds(500)))
  }

  @Test(
    "Retry-After is obeyed, up to five minutes",
    arguments: [(Duration.seconds(30), Duration.seconds(30)), (.seconds(1 << 40), .seconds(300)), (.zero, .seconds(1))])
  func retryAfter(_ asked: Duration, _ pause: Duration) {
    var machine = Self.watching()
    #expect(machine.failed(.throttled(retryAfter: asked)) == .pause(pause))
  }

  @Test("In whatever order things happen, no more than a request a second is made", arguments: 0..<50 as Range<UInt64>)
  func neverAFlood(_ seed: UInt64) {
    var random = SeededGenerator(state: seed &+ 1)
    var machine = Self.machine()
    var action = machine.start()
    var elapsed = Duration.zero
    var requests = 0
    for _ in 0..<2000 {
      switch action {
      case .pause(let pause):
        elapsed += pause
        action = machine.pauseEnded()
      case .list:
        requests += 1
        switch random.next() % 4 {
        case 0: action = machine.listed(resourceVersion: "1", continueToken: nil)
        case 1: action = machine.failed(.expired)
        case 2: action = machine.failed(.unauthorized)
        default: action = machine.failed(.throttled(retryAfter: nil))
        }
      case .watch:
        requests += 1
        let lasted = Duration.seconds(Int64(random.next() % 10))
        elapsed += lasted
        switch random.next() % 3 {
        case 0: action = machine.watchEnded(after: lasted)
        case 1: action = machine.failed(.expired)
        default: action = machine.failed(.malformed(""))
        }
      }
    }
    // A list and the watch behind it come together; each failure pauses.
    #expect(Duration.seconds(requests / 2) <= elapsed, "seed \(seed): \(requests) in \(elapsed)")
  }
}

struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  /// SplitMix64 (Steele, Lea, Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
