import AuditModel
import NIOCore
import NIOHTTP1

/// Decides by a request's head alone whether its body is worth reading.
struct RequestCheck: Sendable {
  let keys: APIKeys?
  let limits: ListenLimits
  let inFlight: InFlightBytes
  /// Whether lines are taken here.
  let takesLines: Bool
  /// Whether this program has metrics to show.
  let showsMetrics: Bool

  private static let keyBytesMax = 256

  enum Verdict {
    case read(HTTPRequest)
    case answer(HTTPAnswer)
  }

  /// - Parameter peer: nil when the certificate names no tenant.
  func verdict(on head: HTTPRequestHead, peer: PeerIdentity.Peer?) -> Verdict {
    let path = Self.path(head.uri)
    // Whoever may bring one tenant's lines is not told of the tools of others.
    guard let route = HTTPRequest.Route(path: path), takesLines || !route.isIntake,
      route != .metrics || (showsMetrics && !(takesLines && keys != nil))
    else {
      let intake = takesLines ? "POST to /v1/records or /v1/logs, or " : ""
      return .answer(
        .problem(404, "Nothing is here: \(intake)GET /health or /ready\(showsMetrics ? " or /metrics" : "")."))
    }
    let type = head.headers.first(name: "content-type") ?? ""
    var request = HTTPRequest(
      route: route, contentType: Self.mediaType(type), isCompressed: false, idempotencyKey: nil, tenant: nil,
      isHead: head.method == .HEAD, accept: head.headers.first(name: "accept"), keepsAlive: head.isKeepAlive,
      body: ByteBuffer(),
      memory: inFlight.reservation(for: nil))
    guard route.isIntake else {
      if head.method == .GET || head.method == .HEAD { return .read(request) }
      return .answer(methodProblem("GET, HEAD", .plain))
    }
    let form = request.problemForm
    guard head.method == .POST else { return .answer(methodProblem("POST", form)) }
    switch tenant(head.headers, peer, form) {
    case .success(let tenant): request.tenant = tenant
    case .failure(let problem): return .answer(problem.answer)
    }
    request.memory = inFlight.reservation(for: request.tenant)
    if let problem = self.problem(head.headers, &request) { return .answer(problem) }
    return .read(request)
  }

  /// Without its parameters; and without scheme and host, with which a proxy asks (RFC 9112, 3.2.2).
  private static func path(_ uri: String) -> Substring {
    let path = uri.prefix { $0 != "?" }
    guard !path.hasPrefix("/"), let scheme = path.firstRange(of: "://") else { return path }
    return path[scheme.upperBound...].drop { $0 != "/" }
  }

  private func methodProblem(_ allowed: String, _ form: HTTPAnswer.ProblemForm) -> HTTPAnswer {
    var answer = HTTPAnswer.problem(405, "Only \(allowed) is understood here.", as: form)
    answer.headers.append(["Allow", allowed])
    return answer
  }

  private struct Refused: Error { let answer: HTTPAnswer }

  private func tenant(
    _ headers: HTTPHeaders, _ peer: PeerIdentity.Peer?, _ form: HTTPAnswer.ProblemForm
  ) -> Result<TenantID?, Refused> {
    guard let peer else {
      return .failure(Refused(answer: .problem(403, "The client certificate names no tenant.", as: form)))
    }
    guard let keys else { return .success(peer.tenant) }
    if let key = Self.key(headers) {
      if let tenant = keys.tenant(of: key) { return .success(tenant) }
      return .failure(Refused(answer: .problem(401, "The API key is not known.", as: form)))
    }
    if peer.isCertified { return .success(peer.tenant) }
    return .failure(
      Refused(answer: .problem(401, "An API key is needed, as Authorization: Bearer KEY or X-API-Key: KEY.", as: form)))
  }

  private static func key(_ headers: HTTPHeaders) -> String? {
    if let key = headers.first(name: "x-api-key") { return key }
    guard let text = headers.first(name: "authorization") else { return nil }
    let words = text.split(separator: " ", maxSplits: 1)
    return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
  }

  /// What else the head says that cannot be served; fills in what can.
  private func problem(_ headers: HTTPHeaders, _ request: inout HTTPRequest) -> HTTPAnswer? {
    let form = request.problemForm
    if let text = headers.first(name: "content-length"), let length = Int(text), length > limits.requestBytesMax {
      return tooLarge(form)
    }
    if let coding = headers.first(name: "transfer-encoding"), coding.lowercased() != "chunked" {
      return .problem(501, "Only chunked is understood as Transfer-Encoding.", as: form, closes: true)
    }
    switch headers.first(name: "content-encoding")?.lowercased() {
    case nil, "identity": break
    case "gzip", "x-gzip", "deflate": request.isCompressed = true
    default:
      var answer = HTTPAnswer.problem(
        415, "Only gzip, deflate and identity are understood as Content-Encoding.", as: form)
      answer.headers.append(["Accept-Encoding", "gzip, deflate, identity"])
      return answer
    }
    if let key = headers.first(name: "idempotency-key") {
      guard !key.isEmpty, key.utf8.count <= Self.keyBytesMax else {
        return .problem(400, "An Idempotency-Key has 1 to \(Self.keyBytesMax) bytes.", as: form)
      }
      request.idempotencyKey = key
    }
    return typeProblem(request)
  }

  private func typeProblem(_ request: HTTPRequest) -> HTTPAnswer? {
    if request.route == .logs {
      if request.isProtobuf || request.contentType == "application/json" { return nil }
      return .problem(415, "OTLP comes as application/x-protobuf or application/json.", as: .statusJSON)
    }
    // The one for forms is what curl says when it is told nothing.
    let understood: Set = [
      "", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
      "application/json",
      "application/json-seq", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded",
    ]
    if understood.contains(request.contentType) { return nil }
    return .problem(415, "Records come as application/x-ndjson or, in an array, as application/json.")
  }

  func tooLarge(_ form: HTTPAnswer.ProblemForm) -> HTTPAnswer {
    .problem(413, "The body has more than \(limits.requestBytesMax) bytes; send it in parts.", as: form, closes: true)
  }

  private static func mediaType(_ text: String) -> String {
    String(text.prefix { $0 != ";" }).lowercased().filter { $0 != " " && $0 != "\t" }
  }
}

extension InFlightBytes.Refusal {
  func answer(_ form: HTTPAnswer.ProblemForm) -> HTTPAnswer {
    switch self {
    case .full:
      .problem(503, "Too much is under way; try again.", as: form, retryAfter: 1)
    case .share:
      .problem(429, "This tenant has too much under way; try again.", as: form, retryAfter: 1)
    }
  }
}
