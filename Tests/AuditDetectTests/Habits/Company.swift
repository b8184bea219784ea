import AuditDetect
import AuditModel

/// A small company's records, made from a seed: people who work at their hours, from their place, with their habits.
struct Company {
  struct Call {
    var seconds: Double
    var user: String
    var tool: String
    var session: String
    var address = ""
    var server = ""
    var shape: UInt64 = 0
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// Monday, 2026-01-05T00:00:00Z.
  static let start = 1_767_571_200.0
  static let day = 86_400.0

  /// Who works here: hours of the day (UTC), an address at home, and runs of tools as they are used.
  static let people: [(user: String, hours: ClosedRange<Int>, address: String, runs: [[String]])] = [
    (
      "alice", 8...16, "81.2.69.10",
      [
        ["list_issues", "read_issue", "comment_issue"], ["search_code", "read_file", "read_file", "open_pr"],
        ["read_file", "run_tests", "open_pr"],
      ]
    ),
    (
      "bob", 9...17, "81.2.70.20",
      [
        ["query_db", "export_csv"], ["query_db", "query_db", "make_chart", "send_report"], ["list_tables", "query_db"],
      ]
    ),
    (
      "carol", 7...15, "81.2.71.30",
      [
        ["read_inbox", "draft_email", "send_email"], ["read_calendar", "move_event"], ["read_inbox", "archive_email"],
      ]
    ),
  ]

  private(set) var calls: [Call] = []
  private var dice: Dice
  private var sessions = 0

  init(seed: UInt64) { dice = Dice(seed: seed) }

  /// Whole days of everybody's work, from Monday to Friday.
  mutating func work(days: Range<Int>, sessionsADay: Int = 3) {
    for day in days where day % 7 < 5 {
      for person in Self.people {
        for _ in 0..<sessionsADay {
          let hour = Double(Int.random(in: person.hours, using: &dice))
          let second = hour * 3600 + Double(Int.random(in: 0..<3600, using: &dice))
          session(
            of: person.user, at: Double(day) * Self.day + second,
            tools: person.runs.randomElement(using: &dice)!, address: person.address)
        }
      }
    }
  }

  /// One session, its calls twenty seconds apart.
  /// - Parameter seconds: from `start` on.
  mutating func session(
    of user: String, at seconds: Double, tools: [String], address: String, server: String? = nil, shape: UInt64 = 7
  ) {
    sessions += 1
    for (index, tool) in tools.enumerated() {
      calls.append(
        Call(
          seconds: Self.start + seconds + Double(index) * 20, user: user, tool: tool, session: "s\(sessions)",
          address: address, server: server ?? "server-of-\(tool)", shape: shape))
    }
  }

  /// The calls in the order of time.
  var inOrder: [Call] {
    calls.indices.sorted { (calls[$0].seconds, $0) < (calls[$1].seconds, $1) }.map { calls[$0] }
  }
}

/// Hands calls to a set of detectors as a collector would.
struct Watch {
  var set: DetectorSet
  private(set) var findings: [Finding] = []
  private var count = 0

  /// - Parameter kinds: the detectors that are on.
  init(_ kinds: [DetectorKind], settings: DetectionSettings = DetectionSettings()) {
    set = DetectorSet(tenant: TenantID("acme")!, settings: Self.only(kinds, settings))
  }

  static func only(_ kinds: [DetectorKind], _ settings: DetectionSettings) -> DetectionSettings {
    var settings = settings
    for kind in DetectorKind.allCases { settings.modes[kind] = kinds.contains(kind) ? .on : .off }
    return settings
  }

  mutating func see(_ call: Company.Call) {
    count += 1
    let time = RecordTime(nanoseconds: Int64(call.seconds * 1e9))
    var observation = Observation(record: RecordID(collector: 1, sequence: 1, index: Int32(count)), time: time)
    observation.user = set.intern(call.user)
    observation.tool = set.intern(call.tool)
    observation.session = set.intern(call.session)
    observation.address = set.intern(call.address)
    observation.server = set.intern(call.server)
    observation.shape = call.shape
    observation.outcome = .ok
    set.observe(observation)
    set.advance(to: time)
    findings += set.takeFindings()
  }

  mutating func finish() {
    set.advance(to: RecordTime(nanoseconds: set.watermark.nanoseconds + 1))
    set.finish()
    findings += set.takeFindings()
  }

  static func findings(
    _ kinds: [DetectorKind], _ calls: [Company.Call], settings: DetectionSettings = DetectionSettings()
  ) -> [Finding] {
    var watch = Watch(kinds, settings: settings)
    for call in calls { watch.see(call) }
    watch.finish()
    return watch.findings
  }
}
