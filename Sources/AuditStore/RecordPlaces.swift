import AuditModel
import AuditQuery
import Postgres

/// Finds out in which pod's log a record was: its source's path names the pod, and the table `pods` says more. What a pod was like changes,
/// so of several rows the one counts that held at the record's time; before the first one it is the first.
struct RecordPlaces {
  /// Layout of the kubelet: `<namespace>_<pod>_<uid>/<container>/<restarts>.log`, with or without a rotation's suffix.
  static let pathPattern = "/([^/_]+)_([^/_]+)_([^/_]+)/([^/]+)/[0-9]+\\.log[^/]*$"

  private struct Source: Hashable {
    let collector: Int32
    let number: Int32
  }

  private struct Container {
    let namespace: String
    let pod: String
    let uid: String
    let name: String
    /// Of its pod, oldest first; a record asks for nothing else.
    var versions: [Version] = []
  }

  private struct Pod: Hashable {
    let collector: Int32
    let uid: String
  }

  private struct Version {
    let seen: Int64
    let node: String
    let labels: String?
  }

  private let tenant: TenantID
  private var containers: [Source: Container] = [:]

  init(tenant: TenantID) { self.tenant = tenant }

  /// Looks up what these records need.
  mutating func load(of records: [StoredRecord], _ connection: PostgresConnection) throws {
    let sources = Set(records.map { Source(collector: $0.position.id.collector, number: $0.source.number) })
    if sources.isEmpty { return }
    try loadContainers(
      "JOIN unnest($1, $2) AS k (collector, source) USING (collector, source)",
      [.int32Array(sources.map { $0.collector }), .int32Array(sources.map { $0.number })], connection)
    let pods = Set(containers.map { Pod(collector: $0.key.collector, uid: $0.value.uid) })
    if pods.isEmpty { return }
    try loadVersions(
      "JOIN unnest($1, $2) AS k (collector, uid) USING (collector, uid)",
      [.int32Array(pods.map { $0.collector }), .textArray(pods.map { $0.uid })], connection)
  }

  /// Looks up everything of the tenant: a pod's log and a pod take less than a record.
  mutating func loadAll(_ connection: PostgresConnection) throws {
    try loadContainers("", [], connection)
    if !containers.isEmpty { try loadVersions("", [], connection) }
  }

  private mutating func loadContainers(
    _ join: String, _ parameters: [PostgresValue], _ connection: PostgresConnection
  ) throws {
    try connection.fetch(
      """
      SELECT collector, source, m[1], m[2], m[3], m[4] FROM \(tenant.sql).sources s \(join)
      CROSS JOIN LATERAL regexp_match(s.path, '\(Self.pathPattern)') m WHERE m IS NOT NULL
      """, parameters, within: .seconds(300)
    ) { row in
      containers[Source(collector: try row[0].int32(), number: try row[1].int32())] = Container(
        namespace: try row[2].string(), pod: try row[3].string(), uid: try row[4].string(), name: try row[5].string())
    }
  }

  private mutating func loadVersions(
    _ join: String, _ parameters: [PostgresValue], _ connection: PostgresConnection
  ) throws {
    var versions: [Pod: [Version]] = [:]
    try connection.fetch(
      """
      SELECT collector, uid, seen_at, node, nullif(labels::text, '{}') FROM \(tenant.sql).pods \(join)
      ORDER BY collector, uid, seen_at
      """, parameters, within: .seconds(300)
    ) { row in
      let version = Version(
        seen: try row[2].timestamptz(), node: try row[3].string(), labels: try row[4].present?.string())
      versions[Pod(collector: try row[0].int32(), uid: try row[1].string()), default: []].append(version)
    }
    for (source, container) in containers {
      containers[source]?.versions = versions[Pod(collector: source.collector, uid: container.uid)] ?? []
    }
  }

  func placed(_ record: StoredRecord) -> StoredRecord {
    let collector = record.position.id.collector
    guard let container = containers[Source(collector: collector, number: record.source.number)] else { return record }
    let all = container.versions
    let time = record.position.time.postgresMicroseconds
    let version = all.last { $0.seen <= time } ?? all.first
    var record = record
    record.place = PodPlace(
      namespace: container.namespace, pod: container.pod, container: container.name, node: version?.node,
      labels: version?.labels)
    return record
  }
}
