/// The times and sizes that bound what a session may cost.
package struct PostgresLimits: Sendable {
  /// For each host of the URL, whole seconds, at least two (libpq's minimum). `connect_timeout` in the URL wins.
  package var connectTimeout: Duration = .seconds(5)
  /// From the start of a statement to its answer; while rows stream, from one read to the next.
  package var statementDeadline: Duration = .seconds(30)
  /// From COMMIT to its answer. When it passes, the outcome is unknown.
  package var commitDeadline: Duration = .seconds(30)
  /// How long a cancel request may delay the error after a deadline.
  package var cancelDeadline: Duration = .seconds(2)
  /// How much is handed to libpq between two looks at the socket, in bytes.
  package var copySliceBytes = 256 * 1024

  package init() {}
}
