package import AuditModel
import JSON

extension ObservationReader {
  /// Whether a line can be a normalised record (`schemas/record.v1.json`): an object with `id`, `tenant`, `time` and `dialect`.
  /// - Returns: the record's tenant; nil for any other line.
  package mutating func tenant(ofNormalised line: Span<UInt8>) -> TenantID? {
    guard line.count > 6, line.extracting(0..<6).equals(lowercase: "{\"id\":"), shapes.scan(line),
      shapes.tape.tokens[0].kind == .object,
      shapes.tape.member(of: 0, named: "time", in: line) != nil,
      shapes.tape.member(of: 0, named: "dialect", in: line) != nil,
      let tenant = shapes.tape.member(of: 0, named: "tenant", in: line)
    else { return nil }
    return TenantID(String(decoding: Array(line, shapes.tape.tokens[tenant].range), as: UTF8.self))
  }

  /// Reads the line whose tenant was asked for last.
  /// - Returns: nil where a member is not as the schema says.
  package mutating func read(normalised line: Span<UInt8>, into set: inout DetectorSet) -> Observation? {
    let tape = shapes.tape
    func text(_ name: StaticString) -> [UInt8]? {
      guard let token = tape.member(of: 0, named: name, in: line), tape.tokens[token].kind == .string else {
        return nil
      }
      var decoded: [UInt8] = []
      tape.decodeString(tape.tokens[token], in: line, into: &decoded)
      return decoded
    }
    func number(_ name: StaticString) -> Double? {
      guard let token = tape.member(of: 0, named: name, in: line), tape.tokens[token].kind == .number else {
        return nil
      }
      return Double(String(decoding: Array(line, tape.tokens[token].range), as: UTF8.self))
    }
    guard let id = text("id").flatMap({ RecordID(String(decoding: $0, as: UTF8.self)) }), let time = text("time"),
      let moment = RecordTime(rfc3339: time.span)
    else { return nil }
    var observation = Observation(record: id, time: moment)
    func name(_ member: StaticString) -> Name {
      guard let bytes = text(member) else { return .none }
      return set.intern(bytes.span)
    }
    observation.tool = name("tool")
    observation.server = name("server")
    observation.user = name("user")
    observation.client = name("client")
    observation.session = name("session")
    observation.address = name("address")
    observation.duration = number("durationMs").map { Int64(clamping: Int((min($0, 9e12) * 1e6).rounded())) }
    observation.resultBytes = number("resultBytes").map { Int64(min($0, 9e18)) }
    let error = text("error")
    let status = text("status") ?? []
    observation.outcome = Outcome(status: status.span, hasError: error != nil)
    if let error { observation.outcome = observation.outcome.refined(byError: error.span) }
    if let args = tape.member(of: 0, named: "args", in: line) { observation.shape = shapes.hash(of: args, in: line) }
    if let extra = tape.member(of: 0, named: "extra", in: line) {
      readMoney(line, object: extra, &observation, &set)
    }
    return observation
  }
}
