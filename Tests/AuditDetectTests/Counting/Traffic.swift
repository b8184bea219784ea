import AuditDetect
import AuditModel
import Glibc

/// Calls of tools by services and people, made from a seed: a daily and a weekly season, failures, durations, sizes, refusals.
struct Traffic {
  struct Call {
    var seconds: Double
    var tool: String
    var user: String
    var server = "files"
    var address = "10.0.0.1"
    var outcome = Outcome.ok
    var milliseconds = 20.0
    var bytes: Int64 = 900
    var team = ""
  }

  var dice: Company.Dice
  var calls: [Call] = []

  init(seed: UInt64) { dice = Company.Dice(seed: seed) }

  mutating func uniform() -> Double { Double.random(in: 0..<1, using: &dice) }

  /// Calls at random times whose rate an hour is `perHour`, of which working hours have more.
  mutating func run(
    _ tool: String, by user: String, perHour: Double, hours: Range<Double>, seasonal: Bool = true,
    change: (inout Call, inout Traffic) -> Void = { _, _ in }
  ) {
    var hour = hours.lowerBound
    while true {
      let most = perHour * (seasonal ? 1.6 : 1)
      hour += -log(1 - uniform()) / most
      if hour >= hours.upperBound { return }
      let day = Int(hour / 24)
      let ofDay = hour - Double(day * 24)
      let isWork = (8..<18).contains(Int(ofDay)) && day % 7 < 5
      if seasonal, !isWork, uniform() > 0.4 { continue }
      var call = Call(seconds: Company.start + hour * 3600, tool: tool, user: user)
      // Log-normal durations with a spread of a third.
      call.milliseconds = 20 * exp((uniform() + uniform() + uniform() - 1.5) * 0.66)
      call.bytes = Int64(200 + 1400 * uniform())
      if uniform() < 0.01 { call.outcome = .error }
      change(&call, &self)
      calls.append(call)
    }
  }

  var inOrder: [Call] { calls.sorted { $0.seconds < $1.seconds } }
}

/// A set of detectors that watches calls.
struct TrafficWatch {
  var set: DetectorSet
  var findings: [Finding] = []
  private var count = 0
  private var shift: Double

  init(_ kinds: [DetectorKind], settings: DetectionSettings = DetectionSettings(), shift: Double = 0) {
    set = DetectorSet(tenant: .unnamed, settings: Watch.only(kinds, settings))
    self.shift = shift
  }

  mutating func see(_ call: Traffic.Call) {
    count += 1
    let time = RecordTime(nanoseconds: Int64(call.seconds + shift) * 1_000_000_000)
    var observation = Observation(record: RecordID(collector: 1, sequence: 1, index: Int32(count)), time: time)
    observation.user = set.intern(call.user)
    observation.tool = set.intern(call.tool)
    observation.server = set.intern(call.server)
    observation.address = set.intern(call.address)
    observation.team = set.intern(call.team)
    observation.outcome = call.outcome
    observation.duration = Int64(call.milliseconds * 1e6)
    observation.resultBytes = call.bytes
    set.observe(observation)
    set.advance(to: time)
    findings += set.takeFindings()
  }

  mutating func finish() {
    set.advance(to: RecordTime(nanoseconds: set.watermark.nanoseconds + 1))
    findings += set.takeFindings()
  }

  static func findings(
    _ kinds: [DetectorKind], _ calls: [Traffic.Call], settings: DetectionSettings = DetectionSettings(),
    shift: Double = 0
  ) -> [Finding] {
    var watch = TrafficWatch(kinds, settings: settings, shift: shift)
    for call in calls { watch.see(call) }
    watch.finish()
    return watch.findings
  }
}
