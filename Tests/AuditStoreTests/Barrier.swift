import AuditQuery
import Glibc
import Postgres
import Synchronization
import TestCluster

/// Lets one thread wait for something that a task does.
final class Barrier: Sendable {
  private let isOpen = Atomic(false)

  var isPassed: Bool { isOpen.load(ordering: .acquiring) }

  func open() { isOpen.store(true, ordering: .releasing) }

  func wait(atMost limit: Duration) -> Bool {
    let end = ContinuousClock.now + limit
    while !isOpen.load(ordering: .acquiring), ContinuousClock.now < end { usleep(5000) }
    return isOpen.load(ordering: .acquiring)
  }
}

enum TestURL {
  static func url() async throws -> PostgresURL { try await TestCluster.url() }
}

/// Records as they are handed over.
final class Records: Sendable {
  private let records = Mutex<[StoredRecord]>([])
  func append(_ record: StoredRecord) { records.withLock { $0.append(record) } }
  var all: [StoredRecord] { records.withLock { $0 } }
}
