import Glibc
import Subprocess
import SystemPackage

/// Where the programs of a PostgreSQL server are.
struct EmbeddedBinaries {
  let directory: FilePath

  /// The newest installed server, or the one of a major version ("15") that a cluster was made with.
  ///
  /// Looks in `explicit` only, if given; else asks `pg_config` of the PATH, then looks where Debian, Red Hat and the
  /// source distribution put servers.
  static func find(explicit: String?, majorVersion: String?) async throws -> EmbeddedBinaries {
    var candidates = explicit.map { [FilePath($0)] } ?? []
    if explicit == nil {
      if let asked = await askPgConfig() { candidates.append(asked) }
      candidates += installed(under: "/usr/lib/postgresql", prefix: "", suffix: "bin")
      candidates += installed(under: "/usr", prefix: "pgsql-", suffix: "bin")
      candidates.append("/usr/local/pgsql/bin")
    }
    for candidate in candidates where isServer(candidate) {
      guard let majorVersion else { return EmbeddedBinaries(directory: candidate) }
      if await version(of: candidate) == majorVersion { return EmbeddedBinaries(directory: candidate) }
    }
    throw missing(explicit: explicit, majorVersion: majorVersion)
  }

  func program(_ name: String) -> FilePath { directory.appending(name) }

  private static func missing(explicit: String?, majorVersion: String?) -> EmbeddedServerError {
    let what =
      majorVersion.map { "a PostgreSQL \($0) server, with which the cluster was made," } ?? "a PostgreSQL server"
    let package = majorVersion.map { "postgresql-\($0)" } ?? "postgresql"
    let place = explicit.map { " in \($0)" } ?? ""
    return EmbeddedServerError(
      .noServer,
      "The programs of \(what) were not found\(place). Install them (`apt-get install \(package)`), or give a "
        + "database URL instead.")
  }

  private static func isServer(_ directory: FilePath) -> Bool {
    ["postgres", "initdb", "pg_ctl"].allSatisfy { access(directory.appending($0).string, X_OK) == 0 }
  }

  private static func askPgConfig() async -> FilePath? {
    await output(of: .name("pg_config"), "--bindir").map { FilePath($0) }
  }

  /// "postgres (PostgreSQL) 15.18 (Debian …)" → "15".
  private static func version(of directory: FilePath) async -> String? {
    let words = await output(of: .path(directory.appending("postgres")), "--version")?.split(separator: " ")
    return words?.first { $0.first?.isNumber ?? false }?.split(separator: ".").first.map(String.init)
  }

  private static func output(of executable: Executable, _ argument: String) async -> String? {
    let result = try? await run(executable, arguments: [argument], output: .string(limit: 4096))
    guard let result, result.terminationStatus.isSuccess else { return nil }
    let trimmed = result.standardOutput.drop { $0.isWhitespace }.prefix { !$0.isNewline }
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  /// Directories `parent/<prefix><number>/<suffix>`, the highest number first.
  private static func installed(under parent: String, prefix: String, suffix: String) -> [FilePath] {
    DirectoryListing.names(of: parent)
      .filter { $0.hasPrefix(prefix) && Double($0.dropFirst(prefix.count)) != nil }
      .sorted { (Double($0.dropFirst(prefix.count)) ?? 0) > (Double($1.dropFirst(prefix.count)) ?? 0) }
      .map { FilePath(parent).appending($0).appending(suffix) }
  }
}

/// The names in a directory, without "." and "..".
enum DirectoryListing {
  /// Empty when the directory cannot be read.
  static func names(of path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
