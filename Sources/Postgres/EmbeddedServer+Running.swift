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
}

extension EmbeddedPlace {
  /// The cluster of a directory with links resolved; nil where there is none.
  static func existingCluster(in directory: String) -> String? {
    guard let resolved = realpath("\(directory)/cluster", nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
