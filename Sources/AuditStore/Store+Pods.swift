package import AuditModel
package import AuditRedact
import Postgres

/// Pods' metadata: no record, and in no transaction with records. It may come late or not at all.
extension Store {
  /// Stores what is known of a pod now, unless that is what was stored last. Safe to repeat when the answer was lost.
  /// - Parameter seen: the collector's clock.
  /// - Returns: whether it was new.
  @discardableResult
  package func note(
    _ row: Redacted<PodRow>, of tenant: TenantID, collector: Int32, seen: RecordTime
  ) async throws -> Bool {
    let pod = row.value.pod
    let parameters: [PostgresValue] = [
      .int32(collector), .text(pod.uid), .timestamptz(microsecondsSince2000: seen.postgresMicroseconds),
      .text(pod.resourceVersion), .text(pod.namespace), .text(pod.pod), .text(pod.node),
      pod.owner.map { .text($0.kind) } ?? .null, pod.owner.map { .text($0.name) } ?? .null, .text(row.value.labels),
      .text(row.value.annotations),
    ]
    return try await session.perform { connection in
      try connection.execute(
        """
        INSERT INTO \(tenant.sql).pods (collector, uid, seen_at, resource_version, namespace, pod, node, owner_kind, owner_name,
          labels, annotations)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8::text, $9::text, $10::json, $11::json
        WHERE ROW($5, $6, $7, $8::text, $9::text, $10::text, $11::text) IS DISTINCT FROM (
          SELECT ROW(p.namespace, p.pod, p.node, p.owner_kind, p.owner_name, p.labels::text, p.annotations::text)
          FROM \(tenant.sql).pods p WHERE p.collector = $1 AND p.uid = $2 ORDER BY p.seen_at DESC LIMIT 1)
        ON CONFLICT DO NOTHING
        """, parameters
      ).affected > 0
    }
  }

  /// Whether this collector read a log of the pod into the tenant's schema before.
  package func hasSource(ofPod uid: String, tenant: TenantID, collector: Int32) async throws -> Bool {
    try await session.perform { connection in
      let isThere =
        try connection.execute(
          "SELECT FROM audittail.tenants WHERE tenant = $1", [.text(tenant.name)]
        ).count > 0
      guard isThere else { return false }
      return try connection.execute(
        """
        SELECT EXISTS (SELECT FROM \(tenant.sql).sources
          WHERE collector = $1 AND split_part(split_part(path, '/', -3), '_', 3) = $2)
        """, [.int32(collector), .text(uid)]
      ).only()[0].bool()
    }
  }

  /// Which tenants were decided on for pods of this collector, by the pods' uids.
  package func podTenants(collector: Int32) async throws -> [String: TenantID] {
    try await session.perform { connection in
      let rows = try connection.execute(
        "SELECT uid, tenant FROM audittail.pod_tenants WHERE collector = $1", [.int32(collector)])
      var tenants: [String: TenantID] = [:]
      for row in rows { tenants[try row[0].string()] = TenantID(try row[1].string()) }
      return tenants
    }
  }

  /// Writes down which tenant a pod belongs to, once and for all.
  /// - Returns: the tenant that holds: another one, where it was decided before.
  package func decide(_ tenant: TenantID, forPod uid: String, collector: Int32) async throws -> TenantID {
    try await session.perform { connection in
      try connection.execute(
        """
        INSERT INTO audittail.pod_tenants (decided_at, collector, uid, tenant) VALUES (clock_timestamp(), $1, $2, $3)
        ON CONFLICT DO NOTHING
        """, [.int32(collector), .text(uid), .text(tenant.name)])
      let row = try connection.execute(
        "SELECT tenant FROM audittail.pod_tenants WHERE collector = $1 AND uid = $2", [.int32(collector), .text(uid)]
      ).only()
      return TenantID(try row[0].string()) ?? tenant
    }
  }

  /// Takes out the metadata of pods whose records left: what was replaced before `before`, and pods that brought nothing since.
  /// - Returns: how many rows left.
  @discardableResult
  package func prunePods(of tenant: TenantID, before: Day) async throws -> Int64 {
    try await session.perform { connection in
      try connection.execute(
        "SELECT audittail.prune_pods($1, $2, $3)",
        [
          .text(tenant.name), .text(tenant.schemaName),
          .timestamptz(microsecondsSince2000: before.start.postgresMicroseconds),
        ], within: .seconds(300)
      ).only()[0].int64()
    }
  }
}
