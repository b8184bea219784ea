import Glibc

extension EmbeddedServer {
  /// Where the server of a directory listens, if one runs: for a process that only wants to join it. Takes no lock and changes
  /// nothing.
  package static func runningURL(directory: String) throws -> PostgresURL? {
    guard let cluster = EmbeddedPlace.existingCluster(in: directory),
      let postmaster = EmbeddedPostmaster.running(in: "\(cluster)/data"), postmaster.isReady
    else { return nil }
    return try url(socketDirectory: postmaster.socketDirectory)
  }

  /// Whether a directory has a cluster, or somebody is making one in it at this moment. Makes nothing and changes nothing.
  package static func isThere(directory: String) -> Bool {
    if let cluster = EmbeddedPlace.existingCluster(in: directory), EmbeddedPlace.hasData(cluster) { return true }
    return EmbeddedLock.isHeld(directory: directory)
  }
}

extension EmbeddedPlace {
  /// The cluster of a directory with links resolved; nil where there is none.
  static func existingCluster(in directory: String) -> String? {
    guard let resolved = realpath("\(directory)/cluster", nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// What only the database's user may look into is taken to be there.
  static func hasData(_ cluster: String) -> Bool { access("\(cluster)/data", F_OK) == 0 || errno == EACCES }
}
