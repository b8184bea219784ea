import AuditModel
import Glibc

/// A tool's name that one server has served and now another one serves too: somebody may be shadowing it, or a name is ambiguous. Each pair
/// of tool and server is said once. How strange it is depends on how often it happens in this tenant.
struct ToolCollisionDetector: Detector {
  static let name = "tool-collision"
  static let kinds: [DetectorKind] = [.toolCollision]
  static let stateVersion: UInt16 = 1

  /// A tool is judged after its name has been known so long; before, all servers that offer it are equal.
  private static let learningSeconds = 86_400.0
  /// Collisions that are believed of a tenant before anything is known, and for how many months.
  private static let prior = (events: 0.1, months: 1.0)

  private var tools: SubjectTable<ToolServers>
  private var collisions = 0.0
  private var first = 0.0

  init(settings: DetectionSettings) { tools = SubjectTable(subjectsMax: min(settings.subjectsMax, 262_144)) }

  private static func key(_ tool: Name) -> SubjectKey { SubjectKey(0xC0, tool) }

  mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard !observation.tool.isNone, !observation.server.isNone else { return }
    let seconds = observation.seconds
    if first == 0 { first = seconds }
    let known = tools.update(Self.key(observation.tool), make: { ToolServers(at: seconds) }) { tool in
      defer { if !observation.isLate { tool.add(observation.server) } }
      return tool.servers.contains(observation.server) || tool.servers.isEmpty
        || seconds - tool.first < Self.learningSeconds
        ? nil : tool
    }
    guard let known else { return }
    let months = max(seconds - first, 0) / Calibration.period
    let rate = (collisions + Self.prior.events) / (months + Self.prior.months)
    if !observation.isLate { collisions += 1 }
    report(observation, known, rate: rate, &detection)
  }

  mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  private func report(
    _ observation: Observation, _ known: ToolServers, rate: Double, _ detection: inout Detection
  ) {
    let score = Calibration.score(probability: 1, windows: rate)
    guard score >= detection.threshold else { return }
    let subject = detection.subject(
      user: observation.user, client: observation.client, tool: observation.tool, server: observation.server)
    let servers = known.servers.compactMap { detection.names.shown($0) }
    let before = servers.joined(separator: ", ")
    detection.report(
      Finding(
        detector: .toolCollision, at: observation.time, tenant: detection.tenant, subject: subject,
        windowStart: RecordTime(nanoseconds: Int64(known.first * 1e9)), windowEnd: observation.time, score: score,
        severity: Severity(score: score),
        summary:
          "The tool \(subject.tool ?? "?"), so far served by \(before), is now served by \(subject.server ?? "?") too.",
        evidence: Evidence(
          baseline: rate, observed: 1, unit: "collisions in 30 days", probability: min(rate, 1),
          records: [observation.record],
          more: [("servers", .texts(servers)), ("newServer", .text(subject.server ?? "?"))]),
        isLate: observation.isLate))
  }

  func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard let tool = tools[Self.key(Name(subject))] else { return [] }
    return ["served by \(tool.servers.compactMap { names.shown($0) }.joined(separator: ", "))"]
  }

  func write(to writer: inout StateWriter) {
    tools.write(to: &writer)
    writer.put(collisions)
    writer.put(first)
  }
  mutating func read(from reader: inout StateReader) throws(StateError) {
    try tools.read(from: &reader)
    collisions = try reader.double()
    first = try reader.double()
  }
}

/// The servers that offer one tool, in the order in which they were met; the oldest is forgotten past `serversMax`.
struct ToolServers: SubjectState {
  private static let serversMax = 16
  let first: Double
  private(set) var servers: [Name] = []

  init(at seconds: Double) { first = seconds }

  mutating func add(_ server: Name) {
    if servers.contains(server) { return }
    if servers.count >= Self.serversMax { servers.removeFirst() }
    servers.append(server)
  }

  func write(to writer: inout StateWriter) {
    writer.put(first)
    writer.put(each: servers.map(\.hash))
  }
  init(from reader: inout StateReader) throws(StateError) {
    first = try reader.double()
    servers = try reader.integers(of: UInt64.self).map(Name.init(hash:))
  }
}
