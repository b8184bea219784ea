import AuditModel
import Foundation
import Glibc
import Synchronization
import Testing

@testable import AuditSpool

@Suite("A spool")
struct SpoolTests {
  @Test("makes nothing on the disk before there is something to keep")
  func lazy() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/deep/spool"
    let spool = try await Spool.opened(path)
    #expect(await spool.read(.named("acme"), rowsMax: 1, bytesMax: 1) == nil)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")])) == .durable)
    let mode = try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    #expect(mode == 0o700)
  }

  @Test("knows what is in its way")
  func obstacle() throws {
    let directory = try TemporaryDirectory()
    #expect(Spool.obstacle(directory.path) == nil && Spool.obstacle(directory.path + "/a/b") == nil)
    try Data([1]).write(to: URL(filePath: directory.path + "/file"))
    #expect(Spool.obstacle(directory.path + "/file")?.code == ENOTDIR)
    #expect(Spool.obstacle(directory.path + "/file/below")?.code == ENOTDIR)
  }

  @Test("belongs to one process at a time")
  func locked() async throws {
    let directory = try TemporaryDirectory()
    let spool = try await Spool.opened(directory.path)
    await #expect(throws: SpoolError.self) { try await Spool.opened(directory.path) }
    _ = spool.figures
  }

  @Test("syncs many waiting pieces together")
  func groupCommit() async throws {
    let directory = try TemporaryDirectory()
    let failing = FailingDisk()
    let spool = try await Spool.opened(directory.path, disk: failing.disk)
    let piece = Pieces.submission([Pieces.line("a")])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          let outcome = try await spool.append(piece)
          #expect(outcome == .durable)
        }
      }
      try await group.waitForAll()
    }
    #expect(await spool.readAll().pieces.count == 200)
    #expect(failing.syncs < 100, "\(failing.syncs) syncs for 200 pieces")
  }

  @Test("refuses what goes beyond its limits, and takes it when space is back")
  func bounded() async throws {
    let directory = try TemporaryDirectory()
    var limits = SpoolLimits()
    limits.tenantBytesMax = 400_000
    limits.bytesMax = 600_000
    let spool = try await Spool.opened(directory.path, limits: limits)
    let big = String(repeating: "x", count: 20_000)
    func fill(_ tenant: String) async throws -> Int {
      var count = 0
      while try await spool.append(Pieces.submission([Pieces.line(big)], tenant: tenant)) == .durable { count += 1 }
      return count
    }
    let first = try await fill("acme")
    let second = try await fill("other")
    #expect(first > second && second > 0)
    #expect(spool.figures.bytes <= limits.bytesMax && spool.figures.refused == 2)
    let end = try #require(await spool.readAll("acme").end)
    #expect(try await spool.append(Pieces.submission([Pieces.line(big)], tenant: "acme")) == .full)
    await spool.release(.named("acme"), upTo: end)
    #expect(try await fill("acme") > 0)
  }

  @Test("gives space back segment by segment")
  func release() async throws {
    let directory = try TemporaryDirectory()
    var limits = SpoolLimits()
    limits.segmentBytesMax = 1500
    let spool = try await Spool.opened(directory.path, limits: limits)
    for tool in 0..<20 { _ = try await spool.append(Pieces.submission([Pieces.line("t\(tool)")])) }
    let before = directory.segments.count
    #expect(before > 3)
    let part = try #require(await spool.read(.named("acme"), rowsMax: 10, bytesMax: 1 << 20))
    #expect(directory.segments.count == before)
    await spool.release(.named("acme"), upTo: part.end)
    let half = directory.segments.count
    #expect(half < before && half > 1)
    let rest = await spool.readAll()
    #expect(part.items.count + rest.pieces.count == 20)
    try await spool.releaseAll()
    #expect(directory.segments.count == 1)
  }

  @Test("reads again what was read and not released")
  func rewind() async throws {
    let directory = try TemporaryDirectory()
    let spool = try await Spool.opened(directory.path)
    for tool in 0..<6 { _ = try await spool.append(Pieces.submission([Pieces.line("t\(tool)")])) }
    let part = try #require(await spool.read(.named("acme"), rowsMax: 2, bytesMax: 1 << 20))
    await spool.release(.named("acme"), upTo: part.end)
    let rest = await spool.readAll().pieces
    #expect(spool.figures.pieces == 0)
    await spool.rewind()
    #expect(spool.figures.pieces == 4)
    #expect(await spool.readAll().pieces == rest)
  }

  @Test("acknowledges nothing that the disk did not take, and goes on when it does again", arguments: [ENOSPC, EIO])
  func writeFails(code: Int32) async throws {
    let directory = try TemporaryDirectory()
    let failing = FailingDisk()
    let spool = try await Spool.opened(directory.path, disk: failing.disk)
    _ = try await spool.append(Pieces.submission([Pieces.line("a")]))
    failing.failWrites(code)
    if code == ENOSPC {
      #expect(try await spool.append(Pieces.submission([Pieces.line("b")])) == .full)
    } else {
      await #expect(throws: SpoolError.self) { try await spool.append(Pieces.submission([Pieces.line("b")])) }
    }
    failing.failWrites(0)
    #expect(try await spool.append(Pieces.submission([Pieces.line("c")])) == .durable)
    let pieces = await spool.readAll().pieces
    #expect(pieces.count == 2 && pieces[1].from == pieces[0].to)
    // Nothing half written is left for the next start either.
    let copy = try TemporaryDirectory()
    try FileManager.default.copyItem(atPath: "\(directory.path)/tenant_acme", toPath: "\(copy.path)/tenant_acme")
    let again = try await Spool.opened(copy.path)
    #expect(again.figures.damagedBytes == 0)
    #expect(await again.readAll().pieces == pieces)
  }

  @Test("takes back what it could not sync, and begins its sources anew")
  func syncFails() async throws {
    let directory = try TemporaryDirectory()
    let failing = FailingDisk()
    let spool = try await Spool.opened(directory.path, disk: failing.disk)
    _ = try await spool.append(Pieces.submission([Pieces.line("a")], key: "1"))
    failing.failSyncs(EIO)
    await #expect(throws: SpoolError.self) { try await spool.append(Pieces.submission([Pieces.line("b")], key: "2")) }
    failing.failSyncs(0)
    // The key of what was never acknowledged is free.
    #expect(try await spool.append(Pieces.submission([Pieces.line("b")], key: "2")) == .durable)
    let pieces = await spool.readAll().pieces
    #expect(pieces.map(\.from) == [0, 0])
    #expect(spool.figures.failures == 1)
  }

  @Test("knows how far the lines of a file are")
  func files() async throws {
    let directory = try TemporaryDirectory()
    let identity = FileIdentity(device: 1, inode: 9, birth: 5)
    let pending = [PendingLine(stream: .stdout, source: SourceID(7), offset: 40)]
    do {
      let spool = try await Spool.opened(directory.path)
      let first = Pieces.file([Pieces.line("a")], inode: 9, from: 0)
      _ = try await spool.append(first)
      _ = try await spool.append(Pieces.file([Pieces.line("b")], inode: 9, from: first.byteCount, pending: pending))
      #expect(spool.backlog(of: .named("acme")).filePieces == 2)
    }
    let spool = try await Spool.opened(directory.path)
    let known = try #require(await spool.file(identity, of: .named("acme")))
    #expect(known.position.offset == 2 * Int64(Pieces.line("a").utf8.count + 1))
    #expect(known.pending == pending && known.sources.map(\.id) == [SourceID(7)])
    try await spool.releaseAll()
    #expect(await spool.file(identity, of: .named("acme")) == nil)
  }
}

@Suite("The key of a submission")
struct SubmissionKeyTests {
  /// One line that is a record came before.
  private static let again = Spool.Appended.repeated(records: 1, rejected: 0)

  @Test("belongs to what came with it first: something else is refused, also after a restart, and stored nowhere")
  func conflict() async throws {
    let directory = try TemporaryDirectory()
    var limits = SpoolLimits()
    limits.segmentBytesMax = 1000
    let first = Pieces.submission([Pieces.line("a"), "no record", Pieces.line("b")], key: "k")
    let other = Pieces.submission([Pieces.line("c")], key: "k")
    let answer = Spool.Appended.repeated(records: 2, rejected: 1)
    do {
      let spool = try await Spool.opened(directory.path, limits: limits)
      #expect(try await spool.append(first) == .durable)
      #expect(try await spool.append(other) == .conflict)
      #expect(try await spool.append(first) == answer)
    }
    do {
      let spool = try await Spool.opened(directory.path, limits: limits)
      #expect(try await spool.append(other) == .conflict)
      #expect(try await spool.append(first) == answer)
      // Their segments go, and what stays is the file of keys.
      for key in 0..<10 { _ = try await spool.append(Pieces.submission([Pieces.line("a")], key: "\(key)")) }
      try await spool.releaseAll()
      #expect(directory.segments.count == 1)
    }
    let spool = try await Spool.opened(directory.path, limits: limits)
    #expect(try await spool.append(other) == .conflict)
    #expect(try await spool.append(first) == answer)
    #expect(spool.figures.conflicts == 1 && spool.figures.repeated == 1)
    #expect(spool.figures.written == 0)
  }

  @Test("makes a repetition known, also while the first one is being made durable")
  func repeated() async throws {
    let directory = try TemporaryDirectory()
    let spool = try await Spool.opened(directory.path)
    let piece = Pieces.submission([Pieces.line("a")], key: "k")
    let outcomes = try await withThrowingTaskGroup(of: Spool.Appended.self) { group in
      for _ in 0..<50 { group.addTask { try await spool.append(piece) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == .durable }.count == 1 && outcomes.filter { $0 == Self.again }.count == 49)
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], tenant: "other", key: "k")) == .durable)
    #expect(await spool.readAll().pieces.count == 1)
  }

  @Test("is known after a restart, whether its segment is there or not")
  func afterRestart() async throws {
    let directory = try TemporaryDirectory()
    var limits = SpoolLimits()
    limits.segmentBytesMax = 1000
    do {
      let spool = try await Spool.opened(directory.path, limits: limits)
      for key in 0..<10 { _ = try await spool.append(Pieces.submission([Pieces.line("a")], key: "\(key)")) }
      try await spool.releaseAll()
      #expect(directory.segments.count == 1)
    }
    let spool = try await Spool.opened(directory.path, limits: limits)
    for key in 0..<10 {
      #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "\(key)")) == Self.again, "key \(key)")
    }
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "10")) == .durable)
  }

  @Test("is known after an orderly end, when no segment is left")
  func afterSettling() async throws {
    let directory = try TemporaryDirectory()
    do {
      let spool = try await Spool.opened(directory.path)
      #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "k")) == .durable)
      try await spool.releaseAll()
      await spool.settle()
      #expect(directory.segments.isEmpty)
    }
    let spool = try await Spool.opened(directory.path)
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "k")) == Self.again)
    #expect(try await spool.append(Pieces.submission([Pieces.line("b")], key: "k")) == .conflict)
  }

  @Test("does not keep a full disk full, and is written when there is room")
  func fullDisk() async throws {
    let directory = try TemporaryDirectory()
    let failing = FailingDisk()
    var limits = SpoolLimits()
    limits.segmentBytesMax = 1000
    do {
      let spool = try await Spool.opened(directory.path, limits: limits, disk: failing.disk)
      for key in 0..<10 { _ = try await spool.append(Pieces.submission([Pieces.line("a")], key: "\(key)")) }
      let before = directory.segments.count
      failing.failWrites(ENOSPC)
      try await spool.releaseAll()
      #expect(directory.segments.count == 1 && before > 1)
      #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "3")) == Self.again)
      failing.failWrites(0)
      _ = try await spool.append(Pieces.submission([Pieces.line("a")], key: "10"))
      try await spool.releaseAll()
    }
    let spool = try await Spool.opened(directory.path, limits: limits)
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "3")) == Self.again)
  }

  @Test("is forgotten beyond its count and its age")
  func window() async throws {
    let directory = try TemporaryDirectory()
    var limits = SpoolLimits()
    limits.keysMax = 3
    limits.keyAgeMax = .seconds(60)
    limits.segmentBytesMax = 600
    let now = Mutex(RecordTime.fixed)
    let spool = try await Spool.opened(directory.path, limits: limits) { now.withLock { $0 } }
    for key in 0..<20 {
      #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "\(key)")) == .durable)
      try await spool.releaseAll()
    }
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "19")) == Self.again)
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "16")) == .durable)
    let keys = try Data(contentsOf: URL(filePath: "\(directory.path)/tenant_acme/keys"))
    #expect(keys.count <= 2 * 3 * KeyFile.entryBytes)
    now.withLock { $0 = $0.advanced(by: .seconds(61)) }
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")], key: "19")) == .durable)
  }

  @Test("is read from a file of which some entries are damaged")
  func damagedFile() {
    let keys = (0..<4).map { number in
      let submission = KeyedSubmission(
        name: SubmissionKey("\(number)"), content: SubmissionKey("c\(number)"), records: number, rejected: 7)
      return (submission, RecordTime.fixed)
    }
    var bytes = KeyFile.encode(keys)
    bytes[KeyFile.entryBytes + 8] ^= 1
    #expect(KeyFile.decode(bytes).map(\.0) == [0, 2, 3].map { keys[$0].0 })
    #expect(KeyFile.decode(Array(bytes[..<(KeyFile.entryBytes * 4 - 8)])).map(\.0) == [0, 2].map { keys[$0].0 })
  }
}
