import Glibc

/// Which tools a user called, and in which shapes of arguments, and how often something is new to this user.
struct FirstUseSubject: SubjectState {
  private static let bucketsMax = 16
  /// Days after which something new counts half.
  private static let halfLife = 14.0

  var tools = CountTable(bucketsMax: bucketsMax)
  var shapes = CountTable(bucketsMax: bucketsMax)
  private(set) var calls = 0
  private(set) var first = 0.0
  /// When the user began to be judged: what was new before says nothing of the rate; 0 before.
  private var judgedSince = 0.0
  private var newTools = Rate()
  private var newShapes = Rate()

  /// New things, each counting half after `halfLife` days.
  private struct Rate: Sendable {
    var events = 0.0
    var time = 0.0

    /// What is left of the events, and how many days' worth they are, between `first` and `now`.
    func perPeriod(first: Double, now: Double, prior: (events: Double, days: Double)) -> Double {
      let days = max(now - first, 0) / 86_400
      let left = events * exp2(-max(now - time, 0) / 86_400 / FirstUseSubject.halfLife)
      let span = FirstUseSubject.halfLife / M_LN2 * (1 - exp2(-days / FirstUseSubject.halfLife))
      return (left + prior.events) / (span + prior.days) * 30
    }

    mutating func add(at now: Double) {
      events = events * exp2(-max(now - time, 0) / 86_400 / FirstUseSubject.halfLife) + 1
      time = max(time, now)
    }
  }

  init() {}

  static func key(tool: Name) -> UInt32 { CountTable.key(Name.mix(tool.hash, 0x8EBC_6AF0_9C88_C6E3), isLong: false) }
  static func key(tool: Name, shape: UInt64) -> UInt32 {
    CountTable.key(Name.mix(tool.hash ^ shape, 0xA076_1D64_78BD_642F), isLong: false)
  }

  /// A third of a new tool in 30 days is believed of a user of whom nothing is known; of shapes, one.
  func newToolsPerPeriod(at now: Double) -> Double {
    newTools.perPeriod(first: judgedSince, now: now, prior: (0.3, 30))
  }
  func newShapesPerPeriod(at now: Double) -> Double {
    newShapes.perPeriod(first: judgedSince, now: now, prior: (1, 30))
  }

  mutating func learn(
    _ tool: Name, shape: UInt64, isNewTool: Bool, isNewShape: Bool, isJudged: Bool, at now: Double
  ) {
    if calls == 0 { first = now }
    calls += 1
    tools.add(Self.key(tool: tool))
    if shape != 0 { shapes.add(Self.key(tool: tool, shape: shape)) }
    if !isJudged { return }
    if judgedSince == 0 { judgedSince = now }
    if isNewTool { newTools.add(at: now) }
    if isNewShape { newShapes.add(at: now) }
  }

  func write(to writer: inout StateWriter) {
    tools.write(to: &writer)
    shapes.write(to: &writer)
    writer.put(UInt64(calls))
    for value in [first, judgedSince, newTools.events, newTools.time, newShapes.events, newShapes.time] {
      writer.put(value)
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    tools = try CountTable(bucketsMax: Self.bucketsMax, from: &reader)
    shapes = try CountTable(bucketsMax: Self.bucketsMax, from: &reader)
    calls = Int(clamping: try reader.uint64())
    first = try reader.double()
    judgedSince = try reader.double()
    newTools = Rate(events: try reader.double(), time: try reader.double())
    newShapes = Rate(events: try reader.double(), time: try reader.double())
  }
}
