import Glibc
import TestCluster
import Testing

@testable import Postgres

@Suite("EmbeddedServer", .timeLimit(.minutes(3)))
struct EmbeddedServerTests {
  static func count(_ url: PostgresURL) async throws -> Int64 {
    try await PostgresSession(url: url, applicationName: "embedded").perform {
      try $0.execute("select count(*) from kept").only()[0].int64()
    }
  }

  /// The user of a process.
  static func user(of pid: Int32) -> uid_t? {
    var found = stat()
    return stat("/proc/\(pid)", &found) == 0 ? found.st_uid : nil
  }

  @Test("It starts, starts again without a change, keeps data over a stop, and is adopted by the next process")
  func life() async throws {
    let directory = TestCluster.directory("life")
    let first = EmbeddedServer(directory: directory)
    #expect(await first.isRunning() == false)
    let url = try await first.start()
    #expect(url.user == "audittail" && url.database == "audittail")
    let pid = try #require(await first.processID())
    #expect(try await first.start().description == url.description)
    #expect(await first.processID() == pid)
    let session = PostgresSession(url: url, applicationName: "embedded")
    try await session.execute("create table kept (n int)")
    try await session.execute("insert into kept values (1)")
    await session.close()

    try await first.stop()
    #expect(await first.isRunning() == false)
    let second = EmbeddedServer(directory: directory)
    #expect(try await Self.count(second.start()) == 1)
    try await second.stop()
    try await second.stop()
  }

  @Test("A server whose owner ended is adopted, not started twice")
  func adoption() async throws {
    let directory = TestCluster.directory("adoption")
    var first: EmbeddedServer? = EmbeddedServer(directory: directory)
    try await first?.start()
    let pid = await first?.processID()
    first = nil
    let second = EmbeddedServer(directory: directory)
    try await second.start()
    #expect(await second.processID() == pid)
    try await second.stop()
  }

  @Test("After kill -9 of the server, start recovers what was committed, in spite of the stale postmaster.pid")
  func crash() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("crash"))
    let url = try await server.start()
    let session = PostgresSession(url: url, applicationName: "embedded")
    try await session.execute("create table kept (n int)")
    try await session.execute("insert into kept values (1), (2)")
    let pid = try #require(await server.processID())
    kill(pid, SIGKILL)
    #expect(await eventually { await server.isRunning() == false })
    try await server.start()
    #expect(await server.processID() != pid)
    #expect(try await session.perform { try $0.execute("select count(*) from kept").only()[0].int64() } == 2)
    try await server.stop()
  }

  @Test("While it is supervised, a dead server comes back by itself; cancelling ends the supervision")
  func supervision() async throws {
    var options = EmbeddedServer.Options()
    options.checkInterval = .milliseconds(50)
    let server = EmbeddedServer(directory: TestCluster.directory("supervision"), options: options)
    try await server.start()
    let supervision = Task { await server.supervise() }
    let pid = try #require(await server.processID())
    kill(pid, SIGKILL)
    #expect(
      await eventually {
        let now = await server.processID()
        return now != nil && now != pid
      })
    supervision.cancel()
    await supervision.value
    try await server.stop()
  }

  @Test("A cancelled task still stops the server, and a start that is cancelled is taken up by the next one")
  func cancellation() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("cancellation"))
    let starting = Task { try await server.start() }
    try await Task.sleep(for: .milliseconds(150))
    starting.cancel()
    let result = await starting.result
    if case .failure(let error) = result { #expect(error is CancellationError) }
    try await server.start()
    let stopping = Task {
      while !Task.isCancelled { await Task.yield() }
      try await server.stop()
    }
    stopping.cancel()
    try await stopping.value
    #expect(await server.isRunning() == false)
  }

  @Test("A stale postmaster.pid that names a living stranger does not keep the server down")
  func strangerInPIDFile() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("stranger"))
    try await server.start()
    let data = try #require(await server.place?.data)
    let pid = try #require(await server.processID())
    kill(pid, SIGKILL)
    #expect(await eventually { !EmbeddedPostmaster.hasLeftovers(in: data) })
    let lines = try #require(EmbeddedFile.text(of: "\(data)/postmaster.pid", bytesMax: 4096))
      .split(separator: "\n", omittingEmptySubsequences: false)
    let forged = (["\(getpid())"] + lines.dropFirst().map(String.init)).joined(separator: "\n")
    #expect(truncate("\(data)/postmaster.pid", 0) == 0)
    #expect(EmbeddedFile.append(forged, to: "\(data)/postmaster.pid"))
    #expect(await server.isRunning() == false)
    try await server.start()
    try await server.stop()
  }

  @Test("An initdb that was interrupted is done again")
  func interruptedInit() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("interrupted"))
    let account = try EmbeddedAccount.choose()
    let place = try await server.occupy(for: account)
    mkdir(place.unfinishedData, 0o700)
    mkdir("\(place.unfinishedData)/base", 0o700)
    try await server.start()
    #expect(!EmbeddedFile.exists(place.unfinishedData))
    try await server.stop()
  }

  @Test("A second process on the same directory is refused, until the first one lets go")
  func lockConflict() async throws {
    let directory = TestCluster.directory("conflict")
    let first = EmbeddedServer(directory: directory)
    try await first.start()
    let second = EmbeddedServer(directory: directory)
    for attempt in [{ _ = try await second.start() }, { try await second.stop() }] as [() async throws -> Void] {
      let error = await #expect(throws: EmbeddedServerError.self) { try await attempt() }
      #expect(error?.kind == .inUse)
      #expect(error?.description.contains(directory) == true)
    }
    #expect(await first.isRunning())
    try await first.stop()
    try await second.start()
    try await second.stop()
  }

  @Test("Where no server is installed, the message names the package")
  func noBinaries() async throws {
    var options = EmbeddedServer.Options()
    options.binaries = "/nowhere"
    let server = EmbeddedServer(directory: TestCluster.directory("nobinaries"), options: options)
    let error = await #expect(throws: EmbeddedServerError.self) { try await server.start() }
    #expect(error?.kind == .noServer)
    #expect(error?.description.contains("apt-get install postgresql") == true)
    #expect(error?.description.contains("/nowhere") == true)
  }

  @Test("A cluster of a version that is not installed names that version")
  func otherVersion() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("otherversion"))
    let place = try await server.occupy(for: EmbeddedAccount.choose())
    mkdir(place.data, 0o700)
    let file = open("\(place.data)/PG_VERSION", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    #expect(write(file, "8\n", 2) == 2)
    close(file)
    let error = await #expect(throws: EmbeddedServerError.self) { try await server.start() }
    #expect(error?.description.contains("postgresql-8") == true)
  }

  @Test("A directory with other files in the cluster's place, and a path that a shell would misread, are refused")
  func badDirectories() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("foreign"))
    let place = try await server.occupy(for: EmbeddedAccount.choose())
    mkdir(place.data, 0o700)
    mkdir("\(place.data)/precious", 0o700)
    let error = await #expect(throws: EmbeddedServerError.self) { try await server.start() }
    #expect(error?.kind == .directory)
    #expect(EmbeddedFile.exists("\(place.data)/precious"))
    for path in ["relative", "/tmp/$(id)", "/tmp/a\"b", "/dev/null/x"] {
      let error = await #expect(throws: EmbeddedServerError.self) { try await EmbeddedServer(directory: path).start() }
      #expect(error?.kind == .directory)
    }
  }

  @Test("What initdb and the server say about a full disk or a permission becomes one line with advice")
  func failureText() {
    let full = EmbeddedProgram.failure(
      "initdb", "creating\ninitdb: error: could not write to file \"x\": No space left on device\nremoving\n")
    #expect(full.description.contains("No space left") && full.description.contains("Free some space"))
    let denied = EmbeddedProgram.failure("postgres", "2026 FATAL:  could not open: Permission denied\n", log: "/l")
    #expect(denied.description.contains("owner"))
    #expect(EmbeddedProgram.failure("pg_ctl", "", log: "/l").description.contains("/l"))
  }

  @Test("The server never runs as root, listens on a socket only, and its durable settings hold")
  func settings() async throws {
    let server = EmbeddedServer(directory: TestCluster.directory("settings"))
    let url = try await server.start()
    let pid = try #require(await server.processID())
    #expect(try Self.user(of: pid) == EmbeddedAccount.choose().user)
    #expect(Self.user(of: pid) != 0)
    let session = PostgresSession(url: url, applicationName: "embedded")
    for (name, value) in [
      ("listen_addresses", ""), ("unix_socket_permissions", "0700"), ("fsync", "on"), ("synchronous_commit", "on"),
      ("data_checksums", "on"), ("shared_buffers", "128MB"), ("server_encoding", "UTF8"), ("max_connections", "200"),
    ] {
      let shown = try await session.perform {
        try $0.execute("select current_setting($1)", [.text(name)]).only()[0].string()
      }
      #expect(shown == value, "\(name)")
    }
    // The lock is not handed down: no descriptor of the server points to it.
    let links = DirectoryListing.names(of: "/proc/\(pid)/fd").map { descriptor in
      realpath("/proc/\(pid)/fd/\(descriptor)", nil).map { path in
        defer { free(path) }
        return String(cString: path)
      } ?? ""
    }
    #expect(!links.isEmpty && !links.contains { $0.hasSuffix("/lock") })
    try await server.stop()
  }

  @Test("A path that is too long for a socket gets a private directory below /tmp")
  func longPath() async throws {
    let directory = TestCluster.directory("long") + "/" + String(repeating: "d", count: 100)
    let server = EmbeddedServer(directory: directory)
    let url = try await server.start()
    let socket = try #require(url.hosts.first?.name)
    #expect(socket.hasPrefix("/tmp/audittail-"))
    var found = stat()
    #expect(lstat(socket, &found) == 0 && found.st_mode & 0o777 == 0o700)
    try await server.stop()
    EmbeddedFile.removeTree(socket)
  }

  @Test("A directory that only root may enter leaves a link to a place that the server's user can reach")
  func relocation() async throws {
    guard geteuid() == 0 else { return }  // Only root switches users, so only root has this case.
    let home = TestCluster.directory("home")
    mkdir(home, 0o700)
    let server = EmbeddedServer(directory: "\(home)/db")
    try await server.start()
    let location = try #require(await server.location)
    #expect(await server.isRelocated)
    #expect(location.hasPrefix("/var/lib/audittail/"))
    let again = realpath("\(home)/db/cluster", nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
    #expect(again == location)
    try await server.stop()
    try await server.start()
    #expect(await server.location == location)
    try await server.stop()
    EmbeddedFile.removeTree(location)
    rmdir("/var/lib/audittail")
  }
}
