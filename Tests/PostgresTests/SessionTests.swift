import Glibc
import TestCluster
import Testing

@testable import Postgres

@Suite("PostgresSession", .serialized, .timeLimit(.minutes(2)))
struct SessionTests {
  @Test(
    "The server's code arrives, and the connection stays usable",
    arguments: [
      ("select 1/0", "22012"), ("selec 1", "42601"), ("select * from nowhere", "42P01"),
      ("select 1; select 2", "42601"), ("do $$ begin raise unique_violation; end $$", "23505"),
    ])
  func sqlState(_ sql: String, _ code: String) async throws {
    let session = try await TestCluster.session()
    let before = try await session.perform { $0.backendPID }
    let error = await postgresError { try await session.execute(sql) }
    #expect(error?.sqlState?.code == code)
    #expect(try await session.perform { try $0.execute("select 1").only()[0].int64() } == 1)
    #expect(try await session.perform { $0.backendPID } == before)
  }

  @Test("A deadline ends the statement here and on the server, and the next use works")
  func deadline() async throws {
    let session = try await TestCluster.session("deadline")
    let begun = ContinuousClock.now
    let error = await postgresError {
      try await session.perform { try $0.execute("select pg_sleep(60)", within: .milliseconds(200)).affected }
    }
    #expect(error?.kind == .deadlineExceeded(.milliseconds(200)))
    #expect(error?.isTransient == true)
    #expect(ContinuousClock.now - begun < .seconds(5))
    #expect(try await session.perform { try $0.execute("select 1").only()[0].int64() } == 1)
    let isCancelled = try await eventually {
      try await session.perform {
        try $0.execute("select 1 from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()")
          .isEmpty
      }
    }
    #expect(isCancelled)
  }

  @Test("A connection that is killed under a statement gives a transient error, then a new connection")
  func killed() async throws {
    let session = try await TestCluster.session("victim")
    let killer = try await TestCluster.session("killer")
    let pid = try await session.perform { $0.backendPID }
    async let failure = postgresError {
      try await session.perform { try $0.execute("select pg_sleep(30)").affected }
    }
    let isKilled = try await eventually {
      try await killer.perform {
        try $0.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and state = 'active'", [.int32(pid)]
        ).count == 1
      }
    }
    #expect(isKilled)
    let error = await failure
    #expect(error?.sqlState == .adminShutdown)
    #expect(error?.isTransient == true)
    #expect(error?.outcomeUnknown == true)
    #expect(try await session.perform { $0.backendPID } != pid)
  }

  @Test("A connection that died while idle is replaced without an error")
  func diedIdle() async throws {
    let session = try await TestCluster.session("idle")
    let killer = try await TestCluster.session("killer")
    let pid = try await session.perform { $0.backendPID }
    try await killer.execute("select pg_terminate_backend($1, 5000)", [.int32(pid)])
    #expect(try await session.perform { try $0.execute("select 1").only()[0].int64() } == 1)
  }

  @Test("A transaction commits when its body returns and rolls back when it throws")
  func transaction() async throws {
    struct Stop: Error {}
    let session = try await TestCluster.session()
    try await session.execute("create table tx (n int)")
    try await session.perform { try $0.transaction { try $0.execute("insert into tx values (1)").affected } }
    await #expect(throws: Stop.self) {
      try await session.perform { connection in
        try connection.transaction {
          try $0.execute("insert into tx values (2)")
          throw Stop()
        }
      }
    }
    #expect(try await session.perform { try $0.execute("select n from tx").map { try $0[0].int64() } } == [1])
    await #expect(throws: PostgresError.self) {
      try await session.perform {
        try $0.transaction(.snapshot) { try $0.execute("insert into tx values (3)").affected }
      }
    }
  }

  @Test("A transaction whose failed statement was swallowed does not count as committed")
  func swallowedFailure() async throws {
    let session = try await TestCluster.session()
    let error = await postgresError {
      try await session.perform { connection in
        try connection.transaction { _ = try? $0.execute("select 1/0") }
      }
    }
    #expect(error?.kind == .unexpectedResult)
    #expect(error?.outcomeUnknown == false)
    #expect(error?.operation == .commit)
  }

  @Test("A transaction that is left open is rolled back and reported")
  func leftOpen() async throws {
    let session = try await TestCluster.session()
    let error = await postgresError { try await session.perform { try $0.begin() } }
    #expect(error?.kind == .unexpectedResult)
    #expect(try await session.perform { $0.isInTransaction } == false)
  }

  @Test("When the answer to COMMIT does not come, the outcome is unknown; for a statement before it, it is known")
  func outcome() async throws {
    var limits = PostgresLimits()
    limits.commitDeadline = .milliseconds(300)
    let session = try await TestCluster.session("outcome", limits: limits)
    try await session.perform {
      try $0.executeScript(
        """
        create table slow (n int);
        create function nap() returns trigger language plpgsql as 'begin perform pg_sleep(20); return null; end';
        create constraint trigger t after insert on slow deferrable initially deferred for each row
          execute function nap();
        """)
    }
    let atCommit = await postgresError {
      try await session.perform { try $0.transaction { try $0.execute("insert into slow values (1)").affected } }
    }
    #expect(atCommit?.operation == .commit && atCommit?.outcomeUnknown == true)
    let before = await postgresError {
      try await session.perform { connection in
        try connection.transaction { try $0.execute("select pg_sleep(20)", within: .milliseconds(100)).affected }
      }
    }
    #expect(before?.operation == .execute && before?.outcomeUnknown == false)
  }

  @Test("Rows stream in order, and a reader that has enough leaves a usable connection")
  func fetch() async throws {
    struct Enough: Error {}
    let session = try await TestCluster.session()
    let sum = try await session.perform { connection in
      var sum: Int64 = 0
      try connection.fetch("select n from generate_series(1, $1::int8) n", [.int64(20_000)]) {
        sum += try $0[0].int64()
      }
      return sum
    }
    #expect(sum == 20_000 * 20_001 / 2)
    let pid = try await session.perform { $0.backendPID }
    await #expect(throws: Enough.self) {
      try await session.perform { connection in
        var count = 0
        try connection.fetch("select generate_series(1, 100000000)") { _ in
          count += 1
          if count == 10 { throw Enough() }
        }
      }
    }
    #expect(try await session.perform { $0.backendPID } == pid)
    let error = await postgresError {
      try await session.perform { try $0.fetch("select 10/(5-n) from generate_series(1, 9) n") { _ in } }
    }
    #expect(error?.sqlState?.code == "22012")
  }

  @Test("No error text holds a parameter, a row or the password")
  func canary() async throws {
    let url = try await TestCluster.url().replacing(user: "audittail", password: "canary-password")
    let session = PostgresSession(url: url, applicationName: "canary")
    try await session.execute("create table canaries (n int primary key, j jsonb, t text check (t <> 'canary-check'))")
    let statements: [(String, [PostgresValue])] = [
      ("select $1::text::int4", [.text("canary-int")]), ("select $1::text::timestamptz", [.text("canary-time")]),
      ("select $1::text::jsonb", [.text("{\"canary-json")]), ("select $1::text::uuid", [.text("canary-uuid")]),
      ("insert into canaries values (1, null, $1)", [.text("canary-check")]), ("select $1", [.text("canary\u{0}")]),
      ("select $1::text::bytea", [.text("\\xcanary")]), ("select to_date($1::text, 'YYYY')", [.text("canary-date")]),
    ]
    for (sql, values) in statements {
      let error = await postgresError { try await session.execute(sql, values) }
      #expect(error?.isDataError == true)
      #expect(
        error.map { !"\($0)".contains("canary-") && !String(reflecting: $0).contains("canary-") } == true, "\(sql)")
    }
    let nowhere = try PostgresURL("postgres://audittail:canary-password@127.0.0.1:1/x?connect_timeout=2")
    let refused = await postgresError {
      try await PostgresSession(url: nowhere, applicationName: "x").execute("select 1")
    }
    #expect(refused?.kind == .connectionFailed && refused?.isTransient == true)
    #expect(refused.map { !"\($0)".contains("canary") && "\($0)".contains("127.0.0.1") } == true)
  }

  @Test("The next host is tried when the first one is not there")
  func severalHosts() async throws {
    let url = try await TestCluster.url()
    let socket = try #require(url.hosts.first?.name)
    let both = try PostgresURL("host=/nowhere,\(socket) port=5432,5432 user=audittail dbname=audittail")
    let session = PostgresSession(url: both, applicationName: "hosts")
    #expect(try await session.perform { try $0.execute("show server_encoding").only()[0].string() } == "UTF8")
  }

  @Test("The connection tells its name, its server and speaks UTF-8")
  func facts() async throws {
    let session = try await TestCluster.session("name-test")
    let (name, encoding, version) = try await session.perform {
      (
        try $0.execute("select current_setting('application_name')").only()[0].string(),
        $0.parameterStatus("client_encoding"), $0.serverVersion
      )
    }
    #expect(name == "name-test" && encoding == "UTF8" && version >= 130_000)
  }
}
