import AuditModel
import Testing

@testable import AuditDetect

@Suite("A record that comes behind the watermark")
struct DelayTests {
  private static let start = RecordTime(nanoseconds: 1_764_000_000_000_000_000)

  @Test(
    "is late unless so much delay is tolerated",
    arguments: [(0, 5, 1), (0, 120, 1), (60, 5, 0), (60, 60, 0), (60, 61, 1)])
  func late(tolerated: Int, behind: Int, lateCount: Int) {
    var set = DetectorSet(tenant: .unnamed)
    set.toleratedDelay = .seconds(tolerated)
    set.observe(Observation(record: RecordID(collector: 1, sequence: 1, index: 0), time: Self.start))
    set.advance(to: Self.start.advanced(by: .nanoseconds(1)))
    let time = Self.start.advanced(by: .nanoseconds(1) - .seconds(behind))
    set.observe(Observation(record: RecordID(collector: 1, sequence: 2, index: 0), time: time))
    #expect(set.lateCount == lateCount)
  }
}
