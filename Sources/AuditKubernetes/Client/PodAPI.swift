import AsyncHTTPClient
import AuditModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// The two requests that we make: the pods of one node as a list, and what changes from then on. TLS with the cluster's own authority,
/// the token in the header, no redirects: the token goes to the API server and to nobody else.
///
/// Sources: Kubernetes API concepts, "Efficient detection of changes", "Retrieving large results sets in chunks", "Metadata-only
/// fetches" (`as=PartialObjectMetadataList`: a pod's metadata without the rest).
struct PodAPI: Sendable {
  let access: ClusterAccess
  let node: String
  let limits: KubernetesLimits
  private let client: HTTPClient

  init(access: ClusterAccess, node: String, limits: KubernetesLimits) {
    self.access = access
    self.node = node
    self.limits = limits
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .init(limits.connectTimeout)
    configuration.timeout.read = .init(limits.idleTimeout)
    configuration.httpVersion = .http1Only
    // Trying again is decided in one place, and not in the connection pool.
    configuration.connectionPool.retryConnectionEstablishment = false
    // There is one request at a time. Room for more, because a server that hangs does not answer the closing of its connection either, and
    // the next request should not have to wait for that.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func close() async { try? await client.shutdown() }

  /// The bytes of one page.
  func list(_ request: PodListRequest) async throws(APIFailure) -> [UInt8] {
    var query = ""
    if let limit = request.limit { query += "&limit=\(limit)" }
    // The first page may be any version that the API server has at hand: it need not ask etcd. Later ones belong to the first.
    query += request.continueToken.map { "&continue=\(Self.encoded($0))" } ?? "&resourceVersion=0"
    let http = try self.request(query, accepting: "PartialObjectMetadataList")
    var bytes: [UInt8] = []
    do {
      let response = try await client.execute(http, timeout: .init(limits.listTimeout))
      if let failure = Self.failure(response) { throw failure }
      for try await piece in response.body {
        guard bytes.count + piece.readableBytes <= limits.listBytesMax else { throw APIFailure.tooLarge }
        bytes.append(contentsOf: piece.readableBytesView)
      }
    } catch {
      throw Self.failure(error)
    }
    return bytes
  }

  /// Hands over the pieces of a watch's body until it ends or `body` throws.
  func watch(
    from resourceVersion: String, seconds: Int, _ body: (ByteBufferView) throws(APIFailure) -> Void
  ) async throws(APIFailure) {
    let query =
      "&watch=true&allowWatchBookmarks=true&timeoutSeconds=\(seconds)&resourceVersion=\(Self.encoded(resourceVersion))"
    let http = try request(query, accepting: "PartialObjectMetadata")
    do {
      // The API server ends it in time; one that does not is dead.
      let response = try await client.execute(http, timeout: .seconds(Int64(seconds) + 30))
      if let failure = Self.failure(response) { throw failure }
      for try await piece in response.body { try body(piece.readableBytesView) }
    } catch {
      throw Self.failure(error)
    }
  }

  private func request(_ query: String, accepting kind: String) throws(APIFailure) -> HTTPClientRequest {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates(try access.authorities())
    tls.minimumTLSVersion = .tlsv12
    var request = HTTPClientRequest(
      url: "\(access.url)/api/v1/pods?fieldSelector=\(Self.encoded("spec.nodeName=\(node)"))\(query)")
    request.tlsConfiguration = tls
    request.headers.add(name: "Authorization", value: "Bearer \(try access.token())")
    request.headers.add(
      name: "Accept", value: "application/json;as=\(kind);g=meta.k8s.io;v=v1, application/json")
    request.headers.add(name: "User-Agent", value: "audittail")
    return request
  }

  private static func failure(_ response: HTTPClientResponse) -> APIFailure? {
    let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int64($0) }.map {
      Duration.seconds(max(0, $0))
    }
    return APIFailure(status: Int(response.status.code), retryAfter: retryAfter)
  }

  /// What a library threw, in words of which we know that they hold no secret.
  private static func failure(_ error: any Error) -> APIFailure {
    switch error {
    case let failure as APIFailure: return failure
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .readTimeout, .deadlineExceeded, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
        return .timedOut
      default: return .unreachable(error.shortDescription)
      }
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return .unreachable("TLS failed; ca.crt has to be the authority that signed its certificate")
    case let error as IOError: return .unreachable(String(describing: error))
    default: return .unreachable("\(type(of: error))")
    }
  }

  /// For a query: everything but the unreserved characters of RFC 3986, section 2.3, is percent-encoded.
  static func encoded(_ text: String) -> String {
    var out: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        out.append(byte)
      default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
