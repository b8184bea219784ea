/// The SQL of `schemas/sql`, compiled in. A migration is never edited after it landed; the next one follows it.
struct Migration: Sendable {
  let version: Int32
  let name: String
  let sql: String

  static let all: [Migration] = [
    Migration(
      version: 1, name: "installation", sql: String(decoding: PackageResources.m0001_installation_sql, as: UTF8.self)),
    Migration(version: 2, name: "tail", sql: String(decoding: PackageResources.m0002_tail_sql, as: UTF8.self)),
    Migration(version: 3, name: "kube", sql: String(decoding: PackageResources.m0003_kube_sql, as: UTF8.self)),
    Migration(version: 4, name: "analyze", sql: String(decoding: PackageResources.m0004_analyze_sql, as: UTF8.self)),
    Migration(version: 5, name: "signals", sql: String(decoding: PackageResources.m0005_signals_sql, as: UTF8.self)),
    Migration(version: 6, name: "alerts", sql: String(decoding: PackageResources.m0006_alerts_sql, as: UTF8.self)),
    Migration(version: 7, name: "sources", sql: String(decoding: PackageResources.m0007_sources_sql, as: UTF8.self)),
  ]

  static let latest = all.last?.version ?? 0
}
