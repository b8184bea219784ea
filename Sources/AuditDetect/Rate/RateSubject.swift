import AuditModel

/// Whose rate it is.
struct RateSubject: Sendable, Hashable {
  enum Side: UInt8, Sendable {
    case callerAndTool, tool, caller, tenant
  }

  var side: Side
  var tool = Name.none
  /// The client, or the user where there is no client.
  var caller = Name.none
  var callerIsUser = false

  var key: SubjectKey { SubjectKey(side.rawValue, caller, tool) }

  /// The subjects of a record, the narrowest first.
  static func of(_ observation: Observation) -> [RateSubject] {
    let isUser = observation.client.isNone
    var subjects: [RateSubject] = []
    if !observation.caller.isNone {
      subjects.append(
        RateSubject(
          side: .callerAndTool, tool: observation.tool, caller: observation.caller, callerIsUser: isUser))
    }
    subjects.append(RateSubject(side: .tool, tool: observation.tool))
    if !observation.caller.isNone {
      subjects.append(RateSubject(side: .caller, caller: observation.caller, callerIsUser: isUser))
    }
    subjects.append(RateSubject(side: .tenant))
    return subjects
  }

  func covers(_ observation: Observation) -> Bool {
    (tool.isNone || tool == observation.tool) && (caller.isNone || caller == observation.caller)
  }

  func write(to writer: inout StateWriter) {
    writer.put(side.rawValue)
    writer.put(tool)
    writer.put(caller)
    writer.put(callerIsUser)
  }

  init(side: Side, tool: Name = .none, caller: Name = .none, callerIsUser: Bool = false) {
    self.side = side
    self.tool = tool
    self.caller = caller
    self.callerIsUser = callerIsUser
  }

  init(from reader: inout StateReader) throws(StateError) {
    guard let side = Side(rawValue: try reader.uint8()) else { throw .damaged }
    self.side = side
    tool = try reader.name()
    caller = try reader.name()
    callerIsUser = try reader.bool()
  }
}

/// A subject's model, with whose it is.
struct RateEntry: SubjectState {
  let subject: RateSubject
  var model: RateModel

  init(_ subject: RateSubject, _ model: RateModel) {
    self.subject = subject
    self.model = model
  }

  func write(to writer: inout StateWriter) {
    subject.write(to: &writer)
    model.write(to: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    subject = try RateSubject(from: &reader)
    model = try RateModel(from: &reader)
  }
}

/// A subject that has not brought enough to have a model.
struct RateSeed: SubjectState {
  var count: UInt8 = 0

  init() {}
  func write(to writer: inout StateWriter) { writer.put(count) }
  init(from reader: inout StateReader) throws(StateError) { count = try reader.uint8() }
}
