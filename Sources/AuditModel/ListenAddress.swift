/// Where lines are listened for, as its URL says: `tcp://127.0.0.1:6514?framing=syslog&tenant=acme`.
///
/// Schemes: `tcp`, `tls`, `unix` (stream), `unix+dgram`, `udp`, `http`, `https`, `forward` (Fluent Forward) and `forward+tls`. Without a
/// host it is this machine alone. The query may hold `framing=auto|ndjson|syslog`, `tenant=NAME`, and for unix sockets `mode=0660` and
/// `type=stream|dgram`.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  package enum Transport: String, Hashable, Sendable, CaseIterable {
    case tcp, tls, unix, udp, http, https, forward
    case unixDatagram = "unix+dgram"
    case forwardTLS = "forward+tls"

    package var isUnix: Bool { self == .unix || self == .unixDatagram }
    package var isTLS: Bool { self == .tls || self == .https || self == .forwardTLS }
    package var isHTTP: Bool { self == .http || self == .https }
    package var isDatagram: Bool { self == .udp || self == .unixDatagram }
    package var isForward: Bool { self == .forward || self == .forwardTLS }

    /// The port where a URL names none; nil where it has to.
    var usualPort: Int? {
      switch self {
      case .http, .https: 8687
      case .forward, .forwardTLS: 24224
      case .tls: 6514
      case .tcp, .udp, .unix, .unixDatagram: nil
      }
    }
  }

  /// How a stream or a datagram is cut into lines.
  package enum Framing: String, Hashable, Sendable, CaseIterable {
    /// Decided for each message: syslog where it begins like it, else one line.
    case auto
    case ndjson
    case syslog
  }

  package let transport: Transport
  /// A name or an address, without brackets; empty for unix sockets.
  package let host: String
  /// 0 asks the system for a free one.
  package let port: Int
  /// Of a unix socket; empty for the others.
  package let path: String
  package let framing: Framing
  /// Whose lines these are where neither a certificate nor an API key says it.
  package let tenant: TenantID?
  /// The rights of a unix socket's file.
  package let mode: UInt32
  /// False where only questions about the program itself are answered.
  package private(set) var takesLines = true

  /// The URL without its query: what the source is called.
  package var description: String {
    if transport.isUnix { return "\(transport.rawValue)://\(path)" }
    return "\(transport.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// The whole URL; reading it again gives the same address.
  package var url: String {
    var options: [String] = []
    if framing != .auto { options.append("framing=\(framing.rawValue)") }
    if let tenant { options.append("tenant=\(tenant)") }
    if transport.isUnix, mode != 0o660 { options.append("mode=0\(String(mode, radix: 8))") }
    return description + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
  }

  /// Whether only this machine reaches it.
  package var isLocal: Bool {
    if transport.isUnix || host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Why a text is no address to listen on: a sentence's end, as in `is not a URL`.
  package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }

  package init(_ text: String) throws(Problem) {
    guard let colon = text.firstRange(of: "://") else {
      throw Problem("is not a URL such as tcp://127.0.0.1:6514 or http://127.0.0.1:8687")
    }
    let scheme = String(text[..<colon.lowerBound])
    let rest = text[colon.upperBound...]
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let options = try Options(parts.count > 1 ? parts[1] : "")
    guard var transport = Transport(rawValue: scheme) else {
      throw Problem(
        "has an unknown scheme; one of \(Transport.allCases.map(\.rawValue).joined(separator: ", ")) is meant")
    }
    if options.isDatagram == true {
      guard transport.isUnix else { throw Problem("has type=dgram, which is for unix:// alone") }
      transport = .unixDatagram
    }
    self.transport = transport
    framing = options.framing
    tenant = options.tenant
    mode = options.mode
    if transport.isUnix {
      (host, port, path) = ("", 0, try Self.path(parts[0]))
    } else {
      path = ""
      (host, port) = try Self.authority(parts[0], transport)
    }
  }

  /// Where the program answers questions about itself, as in `127.0.0.1:8686`; it takes no lines there.
  package init(answeringOn text: String) throws(Problem) {
    guard !text.contains("/"), !text.contains("?"), text.contains(":") else {
      throw Problem("is not a host and a port such as 127.0.0.1:8686")
    }
    try self.init("http://\(text)")
    takesLines = false
  }

  /// The same address on another port.
  package init(_ other: ListenAddress, port: Int) {
    (transport, host, path, framing) = (other.transport, other.host, other.path, other.framing)
    (tenant, mode) = (other.tenant, other.mode)
    self.port = port
    takesLines = other.takesLines
  }

  private static func path(_ text: Substring) throws(Problem) -> String {
    guard text.hasPrefix("/"), text.count > 1 else {
      throw Problem("needs an absolute path, with three slashes: unix:///run/audittail.sock")
    }
    // sockaddr_un holds 108 bytes, a NUL among them.
    guard text.utf8.count <= 107 else { throw Problem("has a path of more than 107 bytes, which no unix socket takes") }
    return String(text)
  }

  private static func authority(_ text: Substring, _ transport: Transport) throws(Problem) -> (String, Int) {
    var text = text
    if text.hasSuffix("/") { text.removeLast() }
    guard !text.contains("/"), !text.contains("@") else { throw Problem("takes a host and a port, and nothing else") }
    var host = text
    var port: Substring?
    if text.hasPrefix("["), let bracket = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<bracket]
      let rest = text[text.index(after: bracket)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw Problem("has something odd after its host") }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      guard !host.contains(":") else { throw Problem("needs brackets around an IPv6 address: [::1]:6514") }
    }
    let name = host.isEmpty ? "127.0.0.1" : String(host)
    guard let port else {
      guard let usual = transport.usualPort else { throw Problem("needs a port: \(transport.rawValue)://\(name):PORT") }
      return (name, usual)
    }
    guard let number = UInt16(port) else { throw Problem("has a port that is no number from 0 to 65535") }
    return (name, Int(number))
  }
}

/// What stands behind the question mark.
private struct Options {
  var framing = ListenAddress.Framing.auto
  var tenant: TenantID?
  var mode: UInt32 = 0o660
  var isDatagram: Bool?

  init(_ query: Substring) throws(ListenAddress.Problem) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? String(parts[1]) : ""
      switch parts[0] {
      case "framing":
        guard let known = ListenAddress.Framing(rawValue: value) else {
          throw ListenAddress.Problem("has an unknown framing; auto, ndjson or syslog is meant")
        }
        framing = known
      case "tenant":
        guard let name = TenantID(value) else { throw ListenAddress.Problem("has a tenant= that is no tenant's name") }
        tenant = name
      case "mode":
        guard let rights = UInt32(value, radix: 8), rights <= 0o777 else {
          throw ListenAddress.Problem("has a mode= that is no octal number such as 0660")
        }
        mode = rights
      case "type":
        guard value == "stream" || value == "dgram" else {
          throw ListenAddress.Problem("has an unknown type; stream or dgram is meant")
        }
        isDatagram = value == "dgram"
      default:
        throw ListenAddress.Problem("has an unknown option; framing, tenant, mode and type are known")
      }
    }
  }
}
