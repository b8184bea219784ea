import AuditModel

/// Calls of one caller that belong together and have not ended: those of a session id, or without one those that follow each other within
/// `idle`. A long session is judged in pieces of `callsMax`.
struct OpenSession: SubjectState {
  static let callsMax = 100
  static let idle: Int64 = 15 * 60 * 1_000_000_000

  let user: Name
  let client: Name
  let session: Name
  private(set) var start: RecordTime
  var end: RecordTime
  var tools: [Name] = []
  var records: [RecordID] = []

  init(_ observation: Observation) {
    user = observation.user
    client = observation.client
    session = observation.session
    start = observation.time
    end = observation.time
  }

  var subject: SubjectKey { Self.subject(user, client) }
  static func subject(_ user: Name, _ client: Name) -> SubjectKey { SubjectKey(0x71, user, client) }
  static func key(_ observation: Observation) -> SubjectKey {
    let subject = subject(observation.user, observation.client)
    return SubjectKey(0x72, Name(hash: subject.hash), observation.session)
  }

  mutating func add(_ observation: Observation) {
    if tools.isEmpty { start = observation.time }
    end = max(end, observation.time)
    tools.append(observation.tool)
    records.append(observation.record)
  }

  /// Goes on after a piece was judged.
  mutating func beginNextPiece() {
    tools = []
    records = []
  }

  /// The tools between what stands for the beginning and for the end.
  func padded(isOver: Bool) -> [UInt64] {
    var padded = [UInt64](repeating: Habits.before, count: Habits.order)
    padded.reserveCapacity(tools.count + Habits.order + 1)
    for tool in tools { padded.append(tool.hash) }
    if isOver { padded.append(Habits.after) }
    return padded
  }

  func write(to writer: inout StateWriter) {
    for name in [user, client, session] { writer.put(name) }
    writer.put(start.nanoseconds)
    writer.put(end.nanoseconds)
    writer.put(UInt32(tools.count))
    for index in tools.indices {
      writer.put(tools[index])
      records[index].write(to: &writer)
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    user = try reader.name()
    client = try reader.name()
    session = try reader.name()
    start = RecordTime(nanoseconds: try reader.int64())
    end = RecordTime(nanoseconds: try reader.int64())
    for _ in 0..<(try reader.count(ofSize: 24)) {
      tools.append(try reader.name())
      records.append(try RecordID(from: &reader))
    }
  }
}
