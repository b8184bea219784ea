import CLibPQ
import Glibc

/// A connection to PostgreSQL, for use inside `PostgresSession.perform` only: its calls block the session's thread.
///
/// libpq runs in non-blocking mode and every wait is a `poll` with a deadline. When one passes, the statement is
/// cancelled and the connection closed; from then on every call throws `connectionLost`. Nothing here leaves state
/// behind on the server: no SET, no named statement; so a pooler in transaction mode may sit between.
package final class PostgresConnection {
  /// Nil once the connection is closed.
  private(set) var handle: OpaquePointer?
  let limits: PostgresLimits
  private let password: String?

  /// Connects, trying the hosts in order; each has `connectTimeout`. Blocks.
  init(opening url: PostgresURL, applicationName: String, limits: PostgresLimits) throws(PostgresError) {
    self.limits = limits
    password = url.password
    handle = Self.connect(url.settings(applicationName: applicationName, limits: limits))
    guard let handle, PQstatus(handle) == CONNECTION_OK else {
      let text = handle.map { String(cString: PQerrorMessage($0)) } ?? "out of memory"
      close()
      throw PostgresError.connectionFailure(text, password: url.password)
    }
    PQsetnonblocking(handle, 1)
    // The default receiver prints to standard error, where notices of the server would mix into our log.
    PQsetNoticeReceiver(handle, { _, _ in }, nil)
  }

  deinit {
    close()
  }

  /// Closes the connection at once; the server rolls an open transaction back.
  func close() {
    if let handle { PQfinish(handle) }
    handle = nil
  }

  var isOpen: Bool { handle.map { PQstatus($0) == CONNECTION_OK } ?? false }

  /// Whether a transaction is open, failed or not.
  package var isInTransaction: Bool {
    guard let handle else { return false }
    switch PQtransactionStatus(handle) {
    case PQTRANS_INTRANS, PQTRANS_INERROR, PQTRANS_ACTIVE: return true
    default: return false
    }
  }

  /// For example 150018 for 15.18; 0 when closed.
  package var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }

  /// A setting that the server reported at connection time, such as "server_encoding" or "in_hot_standby".
  package func parameterStatus(_ name: String) -> String? {
    handle.flatMap { PQparameterStatus($0, name) }.map { String(cString: $0) }
  }

  /// The server process behind the connection; behind a pooler only the last one.
  package var backendPID: Int32 { handle.map { PQbackendPID($0) } ?? 0 }

  /// libpq wants two arrays of C strings that end with NULL.
  private static func connect(_ settings: [(keyword: String, value: String)]) -> OpaquePointer? {
    var keywords: [UnsafePointer<CChar>?] = []
    var values: [UnsafePointer<CChar>?] = []
    defer { for text in keywords + values { free(UnsafeMutablePointer(mutating: text)) } }
    for (keyword, value) in settings {
      keywords.append(strdup(keyword))
      values.append(strdup(value))
    }
    return PQconnectdbParams(keywords + [nil], values + [nil], 0)
  }
}

@available(*, unavailable, message: "A connection belongs to its session's thread.")
extension PostgresConnection: Sendable {}

extension PostgresURL {
  /// What libpq is given: the URL's own settings and the few that we need.
  fileprivate func settings(applicationName: String, limits: PostgresLimits) -> [(keyword: String, value: String)] {
    var settings = parameters.filter { $0.keyword != "client_encoding" && $0.keyword != "fallback_application_name" }
    if (value("connect_timeout").flatMap { Int($0) } ?? 0) <= 0 {
      settings.removeAll { $0.keyword == "connect_timeout" }
      settings.append(("connect_timeout", "\(max(2, limits.connectTimeout.components.seconds))"))
    }
    settings.append(("client_encoding", "UTF8"))
    settings.append(("fallback_application_name", applicationName))
    return settings
  }
}
