package import AuditModel

extension Observation {
  package func write(to writer: inout StateWriter) {
    record.write(to: &writer)
    writer.put(time.nanoseconds)
    for name in [server, tool, user, client, session, address, team] { writer.put(name) }
    writer.put(outcome.rawValue)
    writer.put(isLate)
    writer.put(duration ?? -1)
    writer.put(resultBytes ?? -1)
    writer.put(cost ?? .nan)
    writer.put(shape)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    self.init(
      record: try RecordID(from: &reader), time: RecordTime(nanoseconds: try reader.int64()))
    server = try reader.name()
    tool = try reader.name()
    user = try reader.name()
    client = try reader.name()
    session = try reader.name()
    address = try reader.name()
    team = try reader.name()
    guard let outcome = Outcome(rawValue: try reader.uint8()) else { throw .damaged }
    self.outcome = outcome
    isLate = try reader.bool()
    let duration = try reader.int64()
    self.duration = duration < 0 ? nil : duration
    let resultBytes = try reader.int64()
    self.resultBytes = resultBytes < 0 ? nil : resultBytes
    let cost = try reader.double()
    self.cost = cost.isNaN ? nil : cost
    shape = try reader.uint64()
  }
}

extension RecordID {
  package func write(to writer: inout StateWriter) {
    writer.put(collector)
    writer.put(sequence)
    writer.put(index)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    self.init(
      collector: try reader.int32(), sequence: try reader.int64(), index: try reader.int32())
  }
}
