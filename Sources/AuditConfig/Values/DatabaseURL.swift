/// A libpq connection URL. It may hold a password, so that whatever prints it prints it masked.
///
///     postgresql://[user[:password]@][host[:port][,…]][/database][?parameter=value[&…]]
///
/// Source: PostgreSQL manual, 34.1.1.2 "Connection URIs". libpq judges the URL when it connects; here only the scheme
/// is required.
package struct DatabaseURL: Hashable, Sendable {
  /// The URL as it was given, for libpq and for nothing else: it must not be printed.
  package let secretText: String

  /// Takes a URL of PostgreSQL.
  package init(parsing text: String) throws(GrammarProblem) {
    guard Self.schemes.contains(where: text.hasPrefix) else {
      throw GrammarProblem("must be a URL that begins with postgresql://, as in postgresql://user@host:5432/database")
    }
    guard !text.utf8.contains(0) else { throw GrammarProblem("contains a NUL character") }
    secretText = text
  }

  fileprivate static let schemes = ["postgresql://", "postgres://"]
}

extension DatabaseURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The URL with `***` for the password, or `(set, not shown)` where it is not certain which part is the password.
  package var description: String {
    URLMask(secretText, schemes: Self.schemes).masked ?? "(set, not shown)"
  }

  package var debugDescription: String { description }

  /// Without children, so that `dump` and a reflected error cannot reach the text either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Splits a URL the way libpq does, and gives up wherever a password could stand in a place where it is not expected.
private struct URLMask {
  private let scheme: Substring
  private let rest: Substring

  init(_ url: String, schemes: [String]) {
    let length = schemes.first(where: url.hasPrefix)?.count ?? 0
    scheme = url.prefix(length)
    rest = url.dropFirst(length)
  }

  /// The URL without its secrets; nil where it is not certain what they are.
  var masked: String? {
    // libpq ends the credentials at the first `@` before any `/`. A second one, or one that comes later, means that
    // a password holds a character that should have been escaped, and then any part may belong to it.
    let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, let location = parts.last else { return nil }
    guard parts.count == 1 || !parts[0].contains("/") else { return nil }
    let credentials = parts.count == 2 ? maskedCredentials(parts[0]) + "@" : ""

    let beforeQuery = location.prefix { $0 != "?" }
    let hosts = beforeQuery.prefix { $0 != "/" }
    guard hosts.split(separator: ",").allSatisfy(isHost) else { return nil }
    guard let query = maskedQuery(location.dropFirst(beforeQuery.count)) else { return nil }
    return scheme + credentials + beforeQuery + query
  }

  private func maskedCredentials(_ text: Substring) -> String {
    guard let colon = text.firstIndex(of: ":") else { return String(text) }
    return text[..<colon] + ":***"
  }

  /// A name or an address with a numeric port: `user:password` without its host would look like one otherwise.
  private func isHost(_ text: Substring) -> Bool {
    let name = text.hasPrefix("[") ? text.prefix { $0 != "]" } : text.prefix { $0 != ":" }
    var port = text.dropFirst(name.count)
    if port.first == "]" { port.removeFirst() }
    return port.isEmpty || port.first == ":" && port.dropFirst().allSatisfy { ("0"..."9").contains($0) }
  }

  /// Parameters known to be harmless are shown, all others are masked: a list of the secret ones would be out of date
  /// with the next libpq.
  private static let openParameters: Set<Substring> = [
    "application_name", "client_encoding", "connect_timeout", "dbname", "host", "hostaddr", "keepalives",
    "load_balance_hosts", "port", "sslmode", "sslrootcert", "target_session_attrs", "user",
  ]

  private func maskedQuery(_ query: Substring) -> String? {
    guard query.first == "?" else { return query.isEmpty ? "" : nil }
    let parameters = query.dropFirst().split(separator: "&", omittingEmptySubsequences: false)
    let masked = parameters.map { parameter -> String in
      let name = parameter.prefix { $0 != "=" }
      if Self.openParameters.contains(name) { return String(parameter) }
      return name.count < parameter.count ? name + "=***" : "***"
    }
    return "?" + masked.joined(separator: "&")
  }
}

extension Grammar where Value == DatabaseURL {
  static let databaseURL = Grammar("PostgreSQL URL", isSecret: true) { text throws(GrammarProblem) in
    try DatabaseURL(parsing: text)
  } print: {
    $0.description
  }
}
