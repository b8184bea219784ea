import AuditModel
import AuditQuery
import AuditStore
import Postgres
import Testing

@Suite("A query")
struct QueryTests {
  private func place() async throws -> StoredTenant {
    let place = try await StoredTenant("query")
    let lines = (0..<60).map { number in
      StoredTenant.line(
        number, tool: number % 3 == 0 ? "send_email" : "read_file", user: "u\(number % 4)",
        time: "2026-11-25T12:00:\(String(100 + number).dropFirst()).00000000\(number % 10)Z",
        more: #","path":"/etc/p%_\#(number)","deep":{"list":[1,{"k":"v\#(number)"}]}"#)
    }
    _ = try await place.store.commit(place.batch(1, lines, isFirst: true), after: .zero, textBytesMax: 1000)
    return place
  }

  @Test("finds what its filters name and nothing else")
  func filters() async throws {
    let place = try await place()
    func count(_ change: (inout RecordFilter) throws -> Void) async throws -> Int64 {
      var filter = RecordFilter()
      try change(&filter)
      return try await place.store.count(of: place.tenant, filter)
    }
    #expect(try await count { _ in } == 60)
    #expect(try await count { $0.tool = "send_email" } == 20)
    #expect(try await count { $0.actor = "u1" } == 15)
    #expect(try await count { $0.session = "s" } == 60)
    #expect(try await count { $0.status = "error" } == 0)
    #expect(try await count { $0.text = "P%_7" } == 1)
    #expect(try await count { $0.conditions = [try FieldCondition("args.path=/etc/p%_12")] } == 1)
    #expect(try await count { $0.conditions = [try FieldCondition("args.n>=50")] } == 10)
    #expect(try await count { $0.conditions = [try FieldCondition("args.deep.list.1.k=v9")] } == 1)
    #expect(try await count { $0.conditions = [try FieldCondition("args.path~p%_1")] } == 11)
    #expect(try await count { $0.conditions = [try FieldCondition("args.path!~p%_1")] } == 49)
    #expect(try await count { $0.conditions = [try FieldCondition("args.none")] } == 0)
    #expect(
      try await count { $0.conditions = [try FieldCondition("durationMs<10"), try FieldCondition("tool=send_email")] }
        == 4)
    #expect(try await count { $0.conditions = [try FieldCondition("dialect=middleware")] } == 60)
    #expect(try await count { $0.conditions = [try FieldCondition("args.path>5")] } == 0)
    #expect(try await count { $0.since = RecordTime(rfc3339: "2026-11-25T12:00:30Z") } == 30)
    #expect(try await count { $0.since = RecordTime(rfc3339: "2026-11-25T12:00:31.000000002Z") } == 28)
    #expect(try await count { $0.until = RecordTime(rfc3339: "2026-11-25T12:00:31.000000002Z") } == 32)
    #expect(try await count { $0.actor = "u1' OR '1'='1" } == 0)
  }

  @Test("can be cut anywhere and gone on with, in both directions", arguments: [true, false], [1, 7, 60])
  func cursors(isDescending: Bool, page: Int) async throws {
    let place = try await place()
    let whole = Records()
    try await place.store.records(of: place.tenant, RecordFilter(), isDescending: isDescending, limit: nil) {
      whole.append($0)
    }
    var pieces: [StoredRecord] = []
    while true {
      let piece = Records()
      try await place.store.records(
        of: place.tenant, RecordFilter(), after: pieces.last?.position, isDescending: isDescending, limit: page
      ) { piece.append($0) }
      if piece.all.isEmpty { break }
      pieces += piece.all
    }
    #expect(pieces == whole.all)
    #expect(pieces.count == 60)
    #expect(pieces.map(\.position) == pieces.map(\.position).sorted { isDescending ? $0 > $1 : $0 < $1 })
  }

  @Test("is itself audited")
  func accessLog() async throws {
    let place = try await place()
    var filter = RecordFilter()
    filter.actor = "o'neill \"x\""
    try await place.store.logAccess(to: place.tenant, who: "auditor", action: "query", question: filter.json, rows: 3)
    let schema = place.tenant.schemaName
    let found = try await place.store.session.perform { connection in
      try connection.execute("SELECT who, rows, question->>'actor' FROM \"\(schema)\".access_log").only()[2].string()
    }
    #expect(found == filter.actor)
  }
}
