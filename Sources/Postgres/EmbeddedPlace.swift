import Glibc

/// Where the parts of an embedded cluster are:
///
///     <directory>/lock           ours; keeps a second process away
///     <directory>/cluster/       the server's own; or a symbolic link to /var/lib/audittail/<hash of the path>
///       data/                    PGDATA; made as data.new and renamed when it is complete
///       socket/                  the Unix socket; or /tmp/audittail-<hash> when the path is too long for one
///       server.log
struct EmbeddedPlace {
  /// The cluster directory with links resolved.
  let cluster: String
  /// Where the server listens.
  let socketDirectory: String
  /// Whether the cluster is not below the directory that was asked for.
  let isRelocated: Bool

  var data: String { "\(cluster)/data" }
  var unfinishedData: String { "\(cluster)/data.new" }
  var log: String { "\(cluster)/server.log" }

  /// The longest path of a Unix socket, without the final zero (sockaddr_un in unix(7)).
  static let socketPathBytesMax = 107
  /// For clusters that the server's user could not reach where they were asked for.
  static let relocationParent = "/var/lib/audittail"

  /// Creates what is missing, for the account. The caller holds the lock of `directory`.
  static func prepare(_ directory: String, for account: EmbeddedAccount) throws(EmbeddedServerError) -> EmbeddedPlace {
    let link = "\(directory)/cluster"
    if isMissing(link), !isReachable(directory, for: account) {
      let target = "\(relocationParent)/\(hash(of: directory))"
      try makeDirectory(relocationParent, mode: 0o755)
      try makeOwned(target, account)
      guard symlink(target, link) == 0 else { throw failure("create", link) }
    } else if attributes(link).map({ $0.st_mode & S_IFMT != S_IFLNK }) ?? true {
      try makeOwned(link, account)
    }
    let cluster = try resolve(link)
    try requireShellSafe(cluster)
    try makeOwned(cluster, account)
    let socketDirectory = socketDirectory(for: cluster)
    try makeOwned(socketDirectory, account)
    return EmbeddedPlace(
      cluster: cluster, socketDirectory: socketDirectory, isRelocated: !cluster.hasPrefix(directory + "/"))
  }

  /// Creates the directory and its parents, and returns its path with links resolved.
  static func create(_ directory: String) throws(EmbeddedServerError) -> String {
    try requireShellSafe(directory)
    var path = ""
    for part in directory.split(separator: "/") {
      path += "/\(part)"
      try makeDirectory(path, mode: 0o755)
    }
    return try resolve(path)
  }

  private static func socketDirectory(for cluster: String) -> String {
    let near = "\(cluster)/socket"
    let isPlain = near.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "/._-".utf8.contains(byte)
      }
    }
    let path = "\(near)/.s.PGSQL.\(EmbeddedServer.port)"
    return isPlain && path.utf8.count <= socketPathBytesMax ? near : "/tmp/audittail-\(hash(of: cluster))"
  }

  private static func isReachable(_ directory: String, for account: EmbeddedAccount) -> Bool {
    var path = ""
    return directory.split(separator: "/").allSatisfy { part in
      path += "/\(part)"
      return attributes(path).map(account.mayEnter) ?? false
    }
  }
}

extension EmbeddedPlace {
  /// What the system says, for example "Permission denied".
  static func reason(_ code: Int32) -> String {
    String(cString: strerror(code))
  }

  /// Makes a directory of mode 0700 that belongs to the account; one that belongs to somebody else is refused, so
  /// that nobody can put a server of his own under our client.
  private static func makeOwned(_ path: String, _ account: EmbeddedAccount) throws(EmbeddedServerError) {
    try makeDirectory(path, mode: 0o700)
    guard let found = attributes(path), found.st_mode & S_IFMT == S_IFDIR else { throw failure("use", path) }
    if found.st_uid == account.user { return }
    guard account.needsSwitch, found.st_uid == 0, lchown(path, account.user, account.group) == 0 else {
      throw EmbeddedServerError(
        .directory,
        "\(path) belongs to user \(found.st_uid), not to the database's user \(account.user). Remove it, "
          + "or change its owner.")
    }
  }

  /// pg_ctl hands paths to a shell between double quotes, so characters that mean something there are refused.
  private static func requireShellSafe(_ path: String) throws(EmbeddedServerError) {
    guard path.hasPrefix("/"), !path.contains(where: { "\"$`\\".contains($0) || $0.isNewline }) else {
      throw EmbeddedServerError(
        .directory, "The directory of the embedded database must be an absolute path without quotes, $, ` or \\.")
    }
  }

  private static func makeDirectory(_ path: String, mode: mode_t) throws(EmbeddedServerError) {
    guard mkdir(path, mode) != 0, errno != EEXIST else { return }
    throw failure("create", path)
  }

  private static func failure(_ verb: String, _ path: String) -> EmbeddedServerError {
    EmbeddedServerError(.directory, "Cannot \(verb) \(path): \(reason(errno)). Check the owner, the mode and the disk.")
  }

  private static func isMissing(_ path: String) -> Bool {
    attributes(path) == nil
  }

  private static func attributes(_ path: String) -> stat? {
    var found = stat()
    return lstat(path, &found) == 0 ? found : nil
  }

  private static func resolve(_ path: String) throws(EmbeddedServerError) -> String {
    guard let resolved = realpath(path, nil) else { throw failure("resolve", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// FNV-1a, 64 bits, as 16 hexadecimal digits: a stable short name for a path.
  private static func hash(of path: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
