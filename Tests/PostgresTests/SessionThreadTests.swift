import Glibc
import TestCluster
import Testing

@testable import Postgres

@Suite("The thread of a session", .timeLimit(.minutes(2)))
struct SessionThreadTests {
  /// How many threads of this process have a name.
  static func threads(named name: String) -> Int {
    DirectoryListing.names(of: "/proc/self/task").count { task in
      EmbeddedFile.kernelText(of: "/proc/self/task/\(task)/comm") == "\(name)\n"
    }
  }

  @Test("It does not start before the first use, and ends when the session is closed; later calls throw")
  func close() async throws {
    let session = try await TestCluster.session("thr-close")
    #expect(Self.threads(named: "pg:thr-close") == 0)
    try await session.execute("select 1")
    #expect(Self.threads(named: "pg:thr-close") == 1)
    await session.close()
    #expect(await eventually { Self.threads(named: "pg:thr-close") == 0 })
    let error = await postgresError { try await session.execute("select 1") }
    #expect(error?.kind == .sessionClosed)
    #expect(await eventually { Self.threads(named: "pg:thr-close") == 0 })
  }

  @Test("It ends, and the connection with it, when nobody holds the session any more")
  func release() async throws {
    let observer = try await TestCluster.session("observer")
    for _ in 0..<20 {
      let session = try await TestCluster.session("thr-drop")
      try await session.execute("select 1")
    }
    #expect(await eventually { Self.threads(named: "pg:thr-drop") == 0 })
    let isGone = try await eventually {
      try await observer.perform {
        try $0.execute("select 1 from pg_stat_activity where application_name = 'thr-drop'").isEmpty
      }
    }
    #expect(isGone)
  }

  @Test("Calls of many tasks run one after another, each on a whole connection")
  func serial() async throws {
    let session = try await TestCluster.session("thr-serial")
    let pids = try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in 0..<50 {
        group.addTask {
          try await session.perform { connection in
            try connection.transaction {
              let echoed = try $0.execute("select $1", [.int64(Int64(number))]).only()[0].int64()
              #expect(echoed == Int64(number))
            }
            return connection.backendPID
          }
        }
      }
      return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
    }
    #expect(pids.count == 1)
    #expect(Self.threads(named: "pg:thr-serial") == 1)
  }
}
