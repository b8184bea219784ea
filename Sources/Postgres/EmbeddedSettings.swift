import Glibc

/// How the embedded server is set up: for one audit trail on a laptop or a virtual machine, durable, and quiet.
enum EmbeddedSettings {
  /// Arguments of initdb for a new cluster at `data`. Checksums, because an audit trail has to notice a rotten disk.
  static func initArguments(data: String) -> [String] {
    [
      "--pgdata=\(data)", "--username=\(EmbeddedServer.user)", "--auth=trust", "--encoding=UTF8",
      "--locale=\(locale)", "--data-checksums", "--no-instructions",
    ]
  }

  /// Appended to postgresql.conf of a new cluster; the operator may change them there.
  ///
  /// The log keeps error codes and primary messages only: no statements, no rows of a failed COPY.
  static func configuration(hasLZ4: Bool) -> String {
    """

    # Written by audittail when it made this cluster.
    shared_buffers = 128MB
    max_wal_size = 2GB
    max_connections = 200
    fsync = on
    synchronous_commit = on
    autovacuum = on
    wal_compression = \(hasLZ4 ? "lz4" : "on")
    default_toast_compression = \(hasLZ4 ? "lz4" : "pglz")
    timezone = 'UTC'
    log_timezone = 'UTC'
    log_line_prefix = '%m [%p] %e '
    log_error_verbosity = terse
    log_min_error_statement = panic
    log_parameter_max_length = 0

    """
  }

  /// Options for the server that hold whatever the configuration says: only our socket, only for its owner and root.
  static func serverOptions(socketDirectory: String) -> String {
    "-c listen_addresses= -c port=\(EmbeddedServer.port) -c unix_socket_directories=\(socketDirectory)"
      + " -c unix_socket_permissions=0700"
  }

  /// Sorting by bytes either way; with C.UTF-8 upper and lower case work beyond ASCII.
  private static var locale: String {
    guard let found = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return "C" }
    freelocale(found)
    return "C.UTF-8"
  }
}
