import AsyncHTTPClient
package import AuditAlert
package import AuditModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends requests to one receiver: to an address that was looked at before, over verified TLS, without following redirects, within a time.
///
/// The name is resolved here, every address of it is asked of the guard, and the connection is made to the very address that passed; so a
/// name that leads elsewhere a moment later leads nowhere.
package actor HTTPSender {
  private let authorityFile: String?
  private let timeout: Duration
  private let guarding: AddressGuard
  private var current: (host: String, address: String, client: HTTPClient)?
  /// Which of several addresses is tried.
  private var turn = 0

  /// What is read of an answer before the connection is given up.
  private static let answerBytesMax = 64 << 10
  private static let connectTimeout = Duration.seconds(5)

  package init(authorityFile: String?, timeout: Duration, guarding: AddressGuard) {
    (self.authorityFile, self.timeout, self.guarding) = (authorityFile, timeout, guarding)
  }

  package func close() async {
    let client = current?.client
    current = nil
    try? await client?.shutdown()
  }

  /// - Parameter now: for a date in Retry-After.
  package func send(_ request: FormattedRequest, now: RecordTime) async -> DeliveryResult {
    guard let host = Self.host(of: request.url) else { return .impossible("its address is no http or https URL") }
    let client: HTTPClient
    do {
      let addresses = try await HostAddresses.resolve(host)
      for address in addresses {
        if let problem = guarding.problem(with: address) {
          return .impossible("its address is refused: \(problem); alerts.allow_addresses can allow it")
        }
      }
      client = try await self.client(host, addresses[turn % addresses.count])
    } catch {
      return .failed("\(error)")
    }
    var http = HTTPClientRequest(url: request.url)
    http.method = .POST
    for header in request.headers { http.headers.add(name: header.name, value: header.value) }
    http.headers.add(name: "User-Agent", value: "audittail")
    http.body = .bytes(ByteBuffer(string: request.body))
    do {
      let response = try await client.execute(http, timeout: TimeAmount(timeout))
      var bytes = 0
      for try await piece in response.body {
        bytes += piece.readableBytes
        if bytes > Self.answerBytesMax { break }
      }
      let after = response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0, now: now) }
      return .answered(status: Int(response.status.code), retryAfter: after)
    } catch {
      turn += 1
      return .failed(Self.words(error))
    }
  }

  /// A client whose name leads to this address only.
  private func client(_ host: String, _ address: String) async throws(SendFailure) -> HTTPClient {
    if let current, current.host == host, current.address == address { return current.client }
    let old = current?.client
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = TimeAmount(Self.connectTimeout)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.dnsOverride = [host: address]
    configuration.tlsConfiguration = try tls()
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    current = (host, address, client)
    // What is under way over the old one fails, and is tried again.
    try? await old?.shutdown()
    return client
  }

  private func tls() throws(SendFailure) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorityFile {
      do {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
      } catch {
        throw SendFailure("its ca_file holds no certificate in PEM")
      }
    }
    return tls
  }

  /// The host of an http or https URL, without brackets; nil for anything else. What stands before an `@` is no host of ours.
  static func host(of url: String) -> String? {
    guard let scheme = ["https://", "http://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
    let rest = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !rest.contains("@") else { return nil }
    if rest.hasPrefix("[") {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      return String(rest[rest.index(after: rest.startIndex)..<end])
    }
    let host = rest.prefix { $0 != ":" }
    return host.isEmpty ? nil : String(host)
  }

  /// What a library threw, in words of which we know that they hold no address and no secret.
  private static func words(_ error: any Error) -> String {
    switch error {
    case let failure as SendFailure: return failure.description
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .readTimeout, .deadlineExceeded, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
        return "no answer in time"
      default: return "no answer: \(error.shortDescription)"
      }
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return "TLS failed: its certificate is not trusted"
    case is HTTPParserError: return "its answer is no HTTP"
    case let error as IOError: return "no connection: \(error.errnoCode)"
    default: return "no answer: \(type(of: error))"
    }
  }
}

/// Why a request could not be sent, safe to print.
struct SendFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let parts = duration.components
    self = .nanoseconds(
      parts.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + parts.attoseconds / 1_000_000_000)
  }
}
