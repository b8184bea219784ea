import AuditModel
import AuditQuery
import AuditRedact
import Postgres
import Synchronization
import TestCluster
import Testing

@testable import AuditStore

@Suite("Pods' metadata in the store", .serialized)
struct PodTests {
  private static let path = "/var/log/pods/mcp-org-acme_tools-1_uid-1/server/0.log.20261125-101500"

  private static func row(
    _ labels: [String: String], uid: String = "uid-1", version: String = "1", owner: String? = "rs"
  ) -> Redacted<PodRow> {
    var redactor = Redactor()
    return redactor.podRow(
      PodMetadata(
        uid: uid, namespace: "mcp-org-acme", pod: "tools-1", node: "node-1",
        owner: owner.map { .init(kind: "ReplicaSet", name: $0) }, labels: labels, resourceVersion: version))
  }

  private static func time(_ text: String) throws -> RecordTime { try #require(RecordTime(rfc3339: text)) }

  /// A tenant with a record a minute from 12:00 on, of a source with this path.
  private func place(_ name: String, path: String = path, minutes: Int = 5) async throws -> StoredTenant {
    let place = try await StoredTenant(name)
    let lines = (0..<minutes).map { StoredTenant.line($0, time: "2026-11-25T12:0\($0):00Z") }
    _ = try await place.store.commit(
      place.batch(1, lines, isFirst: true, path: path), after: .zero, textBytesMax: 1000)
    return place
  }

  private func note(_ row: Redacted<PodRow>, _ place: StoredTenant, _ time: String) async throws -> Bool {
    try await place.store.note(row, of: place.tenant, collector: place.collector, seen: try Self.time(time))
  }

  private func records(_ place: StoredTenant, _ filter: RecordFilter = RecordFilter(), limit: Int?) async throws
    -> [StoredRecord]
  {
    let list = Mutex<[StoredRecord]>([])
    try await place.store.records(of: place.tenant, filter, isDescending: false, limit: limit) { record in
      list.withLock { $0.append(record) }
    }
    return list.withLock { $0 }
  }

  @Test("A row is written for a change of what is kept, and for nothing else")
  func changes() async throws {
    let place = try await place("pods-changes")
    #expect(try await note(Self.row(["app": "a"]), place, "2026-11-25T12:00:00Z"))
    #expect(try await !note(Self.row(["app": "a"], version: "2"), place, "2026-11-25T12:00:01Z"))
    #expect(try await note(Self.row(["app": "b"], version: "3"), place, "2026-11-25T12:00:02Z"))
    #expect(try await note(Self.row(["app": "a"], version: "4"), place, "2026-11-25T12:00:03Z"))
    #expect(try await note(Self.row(["app": "a"], version: "5", owner: nil), place, "2026-11-25T12:00:04Z"))
    #expect(try await !note(Self.row(["app": "a"], version: "6", owner: nil), place, "2026-11-25T12:00:05Z"))
  }

  @Test("Records show the pod, and the labels that it had at their time", arguments: [100, nil])
  func places(_ limit: Int?) async throws {
    let place = try await place("pods-places")
    let bare = try await records(place, limit: limit)
    #expect(bare.count == 5)
    #expect(
      bare.allSatisfy { $0.place == PodPlace(namespace: "mcp-org-acme", pod: "tools-1", container: "server") })
    _ = try await note(Self.row(["app": "a"]), place, "2026-11-25T12:01:30Z")
    _ = try await note(Self.row(["app": "b"]), place, "2026-11-25T12:03:00Z")
    let labels = try await records(place, limit: limit).map { $0.place?.labels }
    let (a, b) = (#"{"app":"a"}"#, #"{"app":"b"}"#)
    #expect(labels == [a, a, a, b, b])
    #expect(try await records(place, limit: limit).allSatisfy { $0.place?.node == "node-1" })
  }

  @Test(
    "A source that is no pod's log names none",
    arguments: [
      "/t.log", "stdin", "/var/log/pods/a_b/c/0.log", "/x/a_b_c/d/app.log", "/x/a_b_c_d/e/0.log",
      "tls://a_b_c/d/0.log2/x",
    ])
  func noPod(_ path: String) async throws {
    let place = try await place("pods-none", path: path, minutes: 1)
    #expect(try await records(place, limit: 10).map(\.place) == [nil])
    var filter = RecordFilter()
    filter.namespace = "a"
    #expect(try await place.store.count(of: place.tenant, filter) == 0)
  }

  @Test("--pod and --namespace find the records of a pod's log")
  func filters() async throws {
    let place = try await place("pods-filters")
    func count(_ change: (inout RecordFilter) -> Void) async throws -> Int64 {
      var filter = RecordFilter()
      change(&filter)
      return try await place.store.count(of: place.tenant, filter)
    }
    #expect(try await count { $0.pod = "tools-1" } == 5)
    #expect(try await count { $0.namespace = "mcp-org-acme" } == 5)
    #expect(
      try await count {
        $0.namespace = "mcp-org-acme"
        $0.pod = "tools-1"
        $0.tool = "read_file"
      } == 5)
    #expect(try await count { $0.pod = "mcp-org-acme" } == 0)
    #expect(try await count { $0.pod = "tools-_" } == 0)
    #expect(try await count { $0.namespace = "' OR true --" } == 0)
  }

  @Test("Values are redacted before they can be stored")
  func redacted() async throws {
    let place = try await place("pods-redacted")
    var redactor = Redactor()
    let row = redactor.podRow(
      PodMetadata(
        uid: "uid-1", namespace: "n", pod: "p", node: "node-1", labels: ["app": "tools"],
        annotations: ["note": "password=hunter2hunter2 of ada", "api-token": "abcdefgh12345678"], resourceVersion: "1"))
    #expect(row.value.labels == #"{"app":"tools"}"#)
    _ = try await note(row, place, "2026-11-25T12:00:00Z")
    let stored = try await place.store.session.perform { [tenant = place.tenant] connection in
      try connection.execute("SELECT annotations::text, annotations ->> 'note' FROM \(tenant.sql).pods").only()[0]
        .string()
    }
    #expect(!stored.contains("hunter2") && !stored.contains("abcdefgh12345678"), "\(stored)")
  }

  @Test("Two collectors never meet in one row, and neither can change or take out one")
  func roles() async throws {
    let place = try await place("pods-roles")
    let other = try await place.store.register(collector: "pods-other-\(place.collector)")
    for collector in [place.collector, other] {
      let isNew = try await place.store.note(
        Self.row(["app": "a"]), of: place.tenant, collector: collector, seen: try Self.time("2026-11-25T12:00:00Z"))
      #expect(isNew)
    }
    let tenant = place.tenant
    for statement in ["UPDATE \(tenant.sql).pods SET pod = 'x'", "TRUNCATE \(tenant.sql).pods"] {
      await #expect(throws: PostgresError.self) { try await place.store.session.execute(statement) }
    }
    for (role, statement) in [
      ("audittail_collector", "DELETE FROM \(tenant.sql).pods"), ("audittail_reader", "DELETE FROM \(tenant.sql).pods"),
      ("audittail_retention", "DELETE FROM \(tenant.sql).pods"),
      ("audittail_reader", "INSERT INTO \(tenant.sql).pods SELECT * FROM \(tenant.sql).pods"),
      ("audittail_collector", "SELECT audittail.create_pods('tenant_x')"),
      ("audittail_collector", "SELECT audittail.prune_pods('\(tenant)', '\(tenant.schemaName)', now())"),
    ] {
      await #expect(throws: PostgresError.self, "\(role): \(statement)") {
        try await Self.perform(statement, as: role, place)
      }
    }
  }

  private static func perform(_ statement: String, as role: String, _ place: StoredTenant) async throws {
    try await place.store.session.perform { connection in
      try connection.transaction { connection in
        try connection.executeScript("SET LOCAL SESSION AUTHORIZATION \(role)")
        try connection.execute(statement)
      }
    }
  }

  @Test("The collector's role can do what a collector does, new tenants included")
  func collector() async throws {
    let place = try await place("pods-grants")
    let session = try await TestCluster.session("collector")
    try await session.execute("SET SESSION AUTHORIZATION audittail_collector")
    let store = Store(session: session)
    let tenant = try #require(TenantID("pods-new-\(place.collector)"))
    _ = try await store.open(tenant: tenant, collector: place.collector)
    #expect(
      try await store.note(
        Self.row(["app": "a"]), of: tenant, collector: place.collector, seen: try Self.time("2026-11-25T12:00:00Z")))
    #expect(try await store.decide(tenant, forPod: "uid-9", collector: place.collector) == tenant)
    #expect(try await store.decide(place.tenant, forPod: "uid-9", collector: place.collector) == tenant)
    #expect(try await store.podTenants(collector: place.collector) == ["uid-9": tenant])
    await session.close()
  }

  @Test("Tenants that were there before get their table with the migration")
  func migration() async throws {
    let admin = try await TestCluster.session("migration")
    try await admin.execute("CREATE DATABASE pods_migration")
    await admin.close()
    let url = try await TestCluster.url()
    let session = PostgresSession(
      url: try PostgresURL("postgresql://\(EmbeddedServer.user)@/pods_migration?host=\(url.hosts[0].name)&port=5432"),
      applicationName: "migration")
    try await session.perform { connection in
      try connection.executeScript(
        """
        CREATE SCHEMA audittail;
        CREATE TABLE audittail.migrations (
          version int4 PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
        INSERT INTO audittail.migrations (version, name) VALUES (1, 'installation');
        """)
      try connection.executeScript(Migration.all[0].sql)
      for name in ["a", "B b".replacing(" ", with: "-")] {
        let tenant = try #require(TenantID(name))
        try connection.execute(
          "SELECT audittail.create_tenant($1, $2)", [.text(tenant.name), .text(tenant.schemaName)])
      }
    }
    let store = Store(session: session)
    try await store.migrate()
    for tenant in try await store.tenants() {
      #expect(
        try await store.note(Self.row([:]), of: tenant, collector: 1, seen: try Self.time("2026-11-25T12:00:00Z")))
    }
    #expect(try await store.tenants().count == 2)
    await session.close()
  }

  @Test("What leaves is what was replaced, and pods that brought nothing since; the role keeps what the tenant keeps")
  func pruning() async throws {
    let place = try await place("pods-prune")
    _ = try await note(Self.row(["app": "a"]), place, "2026-01-01T00:00:00Z")
    _ = try await note(Self.row(["app": "b"]), place, "2026-01-02T00:00:00Z")
    _ = try await note(Self.row(["app": "c"], uid: "uid-2"), place, "2026-01-03T00:00:00Z")
    _ = try await note(Self.row(["app": "d"], uid: "uid-3"), place, "2026-11-25T00:00:00Z")
    _ = try await place.store.decide(place.tenant, forPod: "uid-2", collector: place.collector)
    // The batch was received on 2026-11-25, so until then uid-1 is a pod that lives, and its last row describes it.
    let before = try Self.time("2026-06-01T00:00:00Z").day
    #expect(try await place.store.prunePods(of: place.tenant, before: before) == 2)
    let left = try await records(place, limit: 1).first?.place?.labels
    #expect(left == #"{"app":"b"}"#)
    #expect(try await place.store.prunePods(of: place.tenant, before: before) == 0)
    #expect(try await place.store.podTenants(collector: place.collector).count == 1)
    // As a role that owns nothing: what is younger than keep_days stays, by the database's clock.
    let now = try await place.store.session.perform {
      try $0.execute("SELECT clock_timestamp()").only()[0].timestamptz()
    }
    _ = try await place.store.note(
      Self.row(["app": "e"], uid: "uid-4"), of: place.tenant, collector: place.collector,
      seen: RecordTime(postgresMicroseconds: now))
    try await Self.perform(
      "SELECT audittail.prune_pods('\(place.tenant)', '\(place.tenant.schemaName)', '2099-01-01Z')",
      as: "audittail_retention", place)
    let tenant = place.tenant
    let young = try await place.store.session.perform { connection in
      try connection.execute("SELECT count(*) FROM \(tenant.sql).pods WHERE uid = 'uid-4'").only()[0].int64()
    }
    #expect(young == 1)
    _ = try await place.store.prunePods(of: place.tenant, before: try Self.time("2100-01-01T00:00:00Z").day)
    let none = try await place.store.session.perform { connection in
      try connection.execute("SELECT count(*) FROM \(tenant.sql).pods").only()[0].int64()
    }
    #expect(none == 0)
    #expect(try await place.store.podTenants(collector: place.collector).isEmpty)
  }
}
