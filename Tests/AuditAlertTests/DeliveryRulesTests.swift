import AuditAlert
import AuditModel
import Testing

@Suite("When a delivery is tried again")
struct DeliveryRulesTests {
  private static let now = RecordTime(rfc3339: "2026-11-25T20:00:00Z")!
  private var random = Seeded(state: 7)

  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private mutating func judge(_ result: DeliveryResult, attempts: Int = 1, age: Duration = .zero) -> DeliveryVerdict {
    RetrySchedule().judge(
      result, attempts: attempts, created: Self.now.advanced(by: .zero - age), now: Self.now,
      isFinal: { $0 == 400 }, using: &random)
  }

  @Test("Delays double from five seconds to six hours, with jitter, and span the specification's three days")
  mutating func schedule() {
    var age = Duration.zero
    var attempts = 0
    while attempts < 100 {
      attempts += 1
      let verdict = judge(.answered(status: 500, retryAfter: nil), attempts: attempts, age: age)
      guard case .retry(let at) = verdict.fate else { break }
      let delay = Duration.nanoseconds(at.nanoseconds - Self.now.nanoseconds)
      let whole = min(Duration.seconds(5) * (1 << min(attempts - 1, 20)), .seconds(6 * 3600))
      #expect(delay <= whole && delay >= whole / 2)
      age += delay
    }
    #expect(age > .seconds(66 * 3600) && age <= .seconds(76 * 3600))
    #expect(attempts > 20 && attempts < 50)
  }

  @Test("Success is success", arguments: [200, 201, 202, 204])
  mutating func success(status: Int) {
    var test = self
    #expect(test.judge(.answered(status: status, retryAfter: nil)).fate == .delivered)
  }

  @Test("Redirects, errors and silence are tried again", arguments: [301, 302, 307, 401, 404, 429, 500, 502, 503, 504])
  mutating func failures(status: Int) {
    var test = self
    let verdict = test.judge(.answered(status: status, retryAfter: nil))
    guard case .retry = verdict.fate else { return #expect(Bool(false), "\(verdict)") }
    #expect((verdict.pauseUntil != nil) == (status == 429))
  }

  @Test("410 disables, and what will never be taken is given up at once")
  mutating func final() {
    let gone = judge(.answered(status: 410, retryAfter: nil))
    #expect(gone.fate == .dead && gone.disables)
    let refused = judge(.answered(status: 400, retryAfter: nil))
    #expect(refused.fate == .dead && !refused.disables)
  }

  @Test("Retry-After is obeyed, for the receiver as a whole, up to a day")
  mutating func retryAfter() {
    let verdict = judge(.answered(status: 503, retryAfter: .seconds(600)))
    #expect(verdict.fate == .retry(at: Self.now.advanced(by: .seconds(600))))
    #expect(verdict.pauseUntil == Self.now.advanced(by: .seconds(600)))
    let long = judge(.answered(status: 429, retryAfter: .seconds(30 * 86_400)))
    #expect(long.fate == .retry(at: Self.now.advanced(by: .seconds(86_400))))
  }

  @Test(
    "Retry-After is seconds or a date",
    arguments: [
      ("120", 120), ("0", 0), ("Wed, 25 Nov 2026 20:01:40 GMT", 100), ("Wed, 25 Nov 2020 20:01:40 GMT", 0),
    ])
  func parse(text: String, seconds: Int) {
    #expect(RetryAfter.parse(text, now: Self.now) == .seconds(seconds))
  }

  @Test(
    "Anything else is no Retry-After",
    arguments: ["", "soon", "-5", "1.5", "25 Nov 2026", "Wed, 99 Nov 2026 20:01:40 GMT"])
  func noDate(text: String) { #expect(RetryAfter.parse(text, now: Self.now) == nil) }

  @Test(
    "Addresses that lead to the machine itself or to its credentials are refused, however they are written",
    arguments: [
      "127.0.0.1", "127.8.8.8", "::1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1",
      "ff02::1", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
      "64:ff9b::a9fe:a9fe", "255.255.255.255", "nonsense", "1.2.3", "1.2.3.256", ":::", "1::2::3",
    ])
  func refused(address: String) { #expect(AddressGuard().problem(with: address) != nil) }

  @Test(
    "Others may be used, private networks too",
    arguments: [
      "10.1.2.3", "192.168.0.9", "172.16.0.1", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "fd12::5",
    ])
  func allowed(address: String) { #expect(AddressGuard().problem(with: address) == nil) }

  @Test("The operator may allow what is refused")
  func exceptions() throws {
    let guarding = AddressGuard(allowing: [try #require(.init("127.0.0.0/8")), try #require(.init("::1"))])
    #expect(guarding.problem(with: "127.0.0.1") == nil)
    #expect(guarding.problem(with: "::1") == nil)
    #expect(guarding.problem(with: "169.254.169.254") != nil)
    #expect(AddressGuard.Range("10.0.0.0/33") == nil)
    #expect(AddressGuard.Range("10.0.0") == nil)
  }
}
