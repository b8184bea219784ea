import CLibPQ

/// Where a database is and how to log in, as libpq understands it: a URL or `key=value` text, one host or several,
/// TLS settings included (libpq manual, "Connection Strings"). Printing it shows hosts, database and user only.
package struct PostgresURL: Sendable {
  /// One place to try. `name` is a host name, an address, or a directory of Unix sockets.
  package struct Host: Hashable, Sendable {
    package let name: String
    package let port: Int
  }

  /// What libpq parsed, unchanged and in its order. Holds the password.
  let parameters: [(keyword: String, value: String)]

  /// The hosts in the order in which they are tried; empty when the text names none and libpq's default holds.
  package let hosts: [Host]

  /// Throws `badURL` with a message that repeats nothing of the text.
  package init(_ text: String) throws(PostgresError) {
    guard text.utf8.contains(where: { $0 > 0x20 }), !text.utf8.contains(0) else {
      throw Self.bad("the database URL is empty")
    }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &complaint) else {
      PQfreemem(complaint)
      throw Self.bad("libpq cannot parse it")
    }
    defer { PQconninfoFree(options) }
    if Self.hidesAtSign(text) { throw Self.bad("there is an @ outside the user part") }
    try self.init(parameters: Self.values(options))
  }

  init(parameters: [(keyword: String, value: String)]) throws(PostgresError) {
    self.parameters = parameters
    hosts = try Self.hosts(parameters)
  }

  package var user: String? { value("user") }
  package var database: String? { value("dbname") }
  var password: String? { value("password") }

  /// The same server, another database.
  package func replacing(database: String) throws(PostgresError) -> PostgresURL {
    try replacing("dbname", with: database)
  }

  /// The same server, another role; the password goes with the role it belonged to.
  package func replacing(user: String, password: String? = nil) throws(PostgresError) -> PostgresURL {
    try replacing("user", with: user).replacing("password", with: password)
  }

  func value(_ keyword: String) -> String? {
    parameters.first { $0.keyword == keyword }?.value
  }

  private func replacing(_ keyword: String, with value: String?) throws(PostgresError) -> PostgresURL {
    let others = parameters.filter { $0.keyword != keyword }
    return try PostgresURL(parameters: others + (value.map { [(keyword, $0)] } ?? []))
  }

  private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [(keyword: String, value: String)] {
    var found: [(keyword: String, value: String)] = []
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { found.append((String(cString: keyword), String(cString: value))) }
      option += 1
    }
    return found
  }
}

extension PostgresURL {
  static func bad(_ reason: String) -> PostgresError {
    PostgresError(
      .badURL, .configure,
      "the database URL is wrong: \(reason); write postgres://user@host:5432/database or host=… dbname=…, "
        + "and percent-encode special characters of the password")
  }

  /// A password with a raw "/" or "@" moves its rest into the host, the port or the database, which are printed.
  private static func hidesAtSign(_ text: String) -> Bool {
    guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(scheme.count)
    let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
    return rest.filter { $0 == "@" }.count > 1 || path.prefix { $0 != "?" }.contains("@")
  }

  /// Splits `host`, `hostaddr` and `port` the way libpq does. Names and ports are checked here because libpq repeats
  /// them in its own messages, and a password that was not percent-encoded ends up in them.
  private static func hosts(_ parameters: [(keyword: String, value: String)]) throws(PostgresError) -> [Host] {
    func list(_ keyword: String) -> [String] {
      let value = parameters.first { $0.keyword == keyword }?.value ?? ""
      return value.isEmpty ? [] : value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = list("host").isEmpty ? list("hostaddr") : list("host")
    let ports = list("port")
    guard ports.count <= 1 || ports.count == names.count else {
      throw bad("it has \(ports.count) ports for \(names.count) hosts")
    }
    var numbers: [Int] = []
    for text in ports {
      guard let number = text.isEmpty ? 5432 : Int(text), (1...65_535).contains(number) else {
        throw bad("a port is not a number from 1 to 65535")
      }
      numbers.append(number)
    }
    var hosts: [Host] = []
    for (at, name) in names.enumerated() {
      guard isPlausible(name) else { throw bad("a host name has characters that host names do not have") }
      hosts.append(Host(name: name, port: numbers.count > 1 ? numbers[at] : numbers.first ?? 5432))
    }
    return hosts
  }

  private static func isPlausible(_ name: String) -> Bool {
    if name.hasPrefix("/") || name.hasPrefix("@") { return !name.utf8.contains { $0 < 0x20 } }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: ":"), UInt8(ascii: "%"), 0x80...0xFF:
        true
      default: false
      }
    }
  }
}

extension PostgresURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    let places = hosts.map { $0.name.contains(":") ? "[\($0.name)]:\($0.port)" : "\($0.name):\($0.port)" }
    return "postgres://\(user.map { "\($0)@" } ?? "")\(places.joined(separator: ","))/\(database ?? "")"
  }

  package var debugDescription: String { description }

  /// So that `dump` and a debugger's summary show no password either.
  package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
