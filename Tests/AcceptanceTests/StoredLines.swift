import Postgres

/// What is in the database, by the ids that the lines carry, and how often each.
struct StoredLines: Sendable {
  private var records: [String: Int] = [:]
  private var rejected: [String: [String: Int]] = [:]

  init(_ database: String, of schemas: [String] = LogWriting.schemas, on server: TestServer) async throws {
    for schema in schemas {
      let part = try await server.withSession(database) { session in
        try await session.perform { try StoredLines(schema, $0) }
      }
      records.merge(part.records, uniquingKeysWith: +)
      rejected.merge(part.rejected) { $0.merging($1, uniquingKeysWith: +) }
    }
  }

  private init(_ schema: String, _ connection: PostgresConnection) throws {
    try connection.fetch(
      "SELECT coalesce(args->>'requestId', '?') AS id, count(*) FROM \(schema).records GROUP BY 1", within: .seconds(60)
    ) { row in
      records[try row[0].string()] = Int(try row[1].int64())
    }
    try connection.fetch(
      "SELECT reason, coalesce(substring(text from 'p[0-9]+-[0-9]+'), '?') AS id, count(*)"
        + " FROM \(schema).rejected GROUP BY 1, 2",
      within: .seconds(60)
    ) { row in
      rejected[try row[0].string(), default: [:]][try row[1].string()] = Int(try row[2].int64())
    }
  }

  /// What is not as it was written, a few words each; empty when all is well.
  func differences(from written: WrittenLines) -> [String] {
    var found = Self.differences("records", records, written.records)
    for reason in Set(rejected.keys).union(written.rejected.keys).sorted() {
      found += Self.differences("lines rejected as \(reason)", rejected[reason] ?? [:], written.rejected[reason] ?? [])
    }
    return found
  }

  private static func differences(_ what: String, _ stored: [String: Int], _ written: Set<String>) -> [String] {
    let lost = written.filter { stored[$0] == nil }
    let foreign = stored.keys.filter { !written.contains($0) }
    let repeated = stored.filter { $0.value > 1 }
    return [("lost", lost.sorted()), ("not written", foreign.sorted()), ("there twice", repeated.keys.sorted())]
      .filter { !$0.1.isEmpty }
      .map { "\($0.1.count) \(what) \($0.0): \($0.1.prefix(5).joined(separator: ", "))" }
  }

  /// Waits until this many rows are stored; false when nothing more came for a long time.
  static func wait(
    for count: Int, in database: String, on server: TestServer, while child: ChildProcess
  ) async throws -> Bool {
    let sum = LogWriting.schemas.flatMap {
      ["(SELECT count(*) FROM \($0).records)", "(SELECT count(*) FROM \($0).rejected)"]
    }
    .joined(separator: " + ")
    var last = -1
    var lastChange = ContinuousClock.now
    while child.ended() == nil {
      let now = (try? await server.number(database, "SELECT \(sum)")) ?? -1
      if now >= count { return true }
      if now != last { (last, lastChange) = (now, .now) }
      if ContinuousClock.now - lastChange > .seconds(20) { return false }
      try await Task.sleep(for: .milliseconds(200))
    }
    return false
  }

  /// How many batches are stored, all tenants together; nil when the server does not answer, or there is no tenant yet.
  static func batches(in database: String, on server: TestServer) async -> Int? {
    let sql = LogWriting.schemas.map { "(SELECT count(*) FROM \($0).ledger)" }.joined(separator: " + ")
    return try? await server.number(database, "SELECT \(sql)")
  }

  /// Waits until the server answers and more batches than `floor` are stored.
  /// - Returns: how many; nil when the program ended or it took too long.
  static func batches(
    in database: String, above floor: Int, on server: TestServer, while child: ChildProcess
  ) async throws -> Int? {
    let end = ContinuousClock.now + .seconds(30)
    while child.ended() == nil, ContinuousClock.now < end {
      if let count = await batches(in: database, on: server), count > floor { return count }
      try await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }
}
