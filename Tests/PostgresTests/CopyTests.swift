import TestCluster
import Testing

@testable import Postgres

@Suite("COPY", .serialized, .timeLimit(.minutes(2)))
struct CopyTests {
  /// One tuple of an int8 and a text or NULL.
  static func tuple(_ number: Int64, _ text: [UInt8]?) -> [UInt8] {
    var bytes: [UInt8] = [0, 2, 0, 0, 0, 8]
    bytes.appendBigEndian(number)
    bytes.appendBigEndian(Int32(text?.count ?? -1))
    return bytes + (text ?? [])
  }

  @Test("Fifty thousand rows go in and come out again, in pieces that cut tuples")
  func roundTrip() async throws {
    let session = try await TestCluster.session("copy")
    try await session.execute("create table copied (n int8, t text)")
    let rows = (0..<50_000).map { number in
      Self.tuple(Int64(number), number % 7 == 0 ? nil : Array("row \(number) ü".utf8))
    }
    let bytes = rows.flatMap { $0 }
    let count = try await session.perform { connection in
      try connection.transaction {
        try $0.copyIn("copy copied from stdin (format binary)") { copy in
          for start in stride(from: 0, to: bytes.count, by: 99_991) {
            try copy.write(bytes.span.extracting(start..<min(start + 99_991, bytes.count)))
          }
        }
      }
    }
    #expect(count == 50_000)
    let (back, told) = try await session.perform { connection in
      var back: [[UInt8]] = []
      let told = try connection.copyOut("copy (select * from copied order by n) to stdout (format binary)") {
        back.append($0.array())
      }
      return (back, told)
    }
    #expect(told == 50_000)
    #expect(back == rows)
  }

  @Test("A whole payload in one piece, and an empty one, are counted too", arguments: [0, 1, 5_000])
  func onePiece(_ count: Int) async throws {
    let session = try await TestCluster.session("copy")
    try await session.execute("create table pieces_\(count) (n int8, t text)")
    let bytes = (0..<count).flatMap { Self.tuple(Int64($0), [0x61]) }
    #expect(
      try await session.perform { try $0.copyIn("copy pieces_\(count) from stdin (format binary)", bytes) } == count)
  }

  @Test(
    "A bad row is a data error, stores nothing, and leaves the connection usable",
    arguments: [([0x61, 0x00, 0x62], "22021"), ([0xFF, 0xFE], "22021"), (Array("negative".utf8), "23514")]
      as [([UInt8], String)])
  func badRow(_ text: [UInt8], _ code: String) async throws {
    let table = "strict_\(text.count)"
    let session = try await TestCluster.session("copy")
    try await session.execute(
      "create table \(table) (n int8, t text check (t <> 'negative'))")
    let pid = try await session.perform { $0.backendPID }
    let good = (0..<1_000).flatMap { Self.tuple(Int64($0), [0x61]) }
    let bytes = good + Self.tuple(-1, text) + good
    let error = await postgresError {
      try await session.perform { connection in
        try connection.transaction { try $0.copyIn("copy \(table) from stdin (format binary)", bytes) }
      }
    }
    #expect(error?.sqlState?.code == code)
    #expect(error?.isDataError == true)
    #expect(error.map { !"\($0)".contains("negative") } == true)
    #expect(try await session.perform { try $0.execute("select count(*) from \(table)").only()[0].int64() } == 0)
    #expect(try await session.perform { $0.backendPID } == pid)
  }

  @Test("A large COPY that fails at its first row does not block, and the connection stays usable")
  func failsEarly() async throws {
    let session = try await TestCluster.session("copy")
    try await session.execute("create table early (n int8, t text check (t is not null))")
    let row = Self.tuple(1, [UInt8](repeating: 0x61, count: 100_000))
    let error = await postgresError {
      try await session.perform { connection in
        try connection.copyIn("copy early from stdin (format binary)") { copy in
          try copy.write(Self.tuple(0, nil))
          for _ in 0..<200 { try copy.write(row) }
        }
      }
    }
    #expect(error?.sqlState == .checkViolation)
    #expect(try await session.perform { try $0.execute("select 1").only()[0].int64() } == 1)
  }

  @Test("A feeder or a reader that throws ends the COPY, and the connection stays usable")
  func givesUp() async throws {
    struct Stop: Error {}
    let session = try await TestCluster.session("copy")
    try await session.execute("create table given (n int8, t text)")
    let pid = try await session.perform { $0.backendPID }
    await #expect(throws: Stop.self) {
      try await session.perform { connection in
        try connection.copyIn("copy given from stdin (format binary)") {
          try $0.write(Self.tuple(1, nil))
          throw Stop()
        }
      }
    }
    #expect(try await session.perform { try $0.execute("select count(*) from given").only()[0].int64() } == 0)
    await #expect(throws: Stop.self) {
      try await session.perform { connection in
        try connection.copyOut("copy (select generate_series(1, 100000000)) to stdout (format binary)") { _ in
          throw Stop()
        }
      }
    }
    #expect(try await session.perform { $0.backendPID } == pid)
  }

  @Test("What is no binary COPY is refused, and an error of the COPY itself arrives")
  func noCopy() async throws {
    let session = try await TestCluster.session("copy")
    for sql in ["select 1", "copy (select 1) to stdout", "copy pg_class from stdin"] {
      let into = await postgresError { try await session.perform { try $0.copyIn(sql, []) } }
      let out = await postgresError { try await session.perform { try $0.copyOut(sql) { _ in } } }
      #expect(into != nil && out != nil)
      #expect(await postgresError { try await session.execute(sql + " ") } == nil || sql != "select 1")
    }
    let missing = await postgresError {
      try await session.perform { try $0.copyIn("copy nowhere from stdin (format binary)", []) }
    }
    #expect(missing?.sqlState == .undefinedTable)
  }
}
