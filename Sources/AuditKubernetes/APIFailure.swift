/// Why the API server was of no use. Safe to print: it holds no byte of an answer and nothing of a token.
package enum APIFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// 401: the token was not accepted; it is read again with the next request.
  case unauthorized
  /// 403: the service account may not list or watch pods.
  case forbidden
  /// 410, as a status or inside a watch: the version is too old, and the list has to be asked for again.
  case expired
  /// 429 or 503, with the time that it asked for.
  case throttled(retryAfter: Duration?)
  case refused(status: Int)
  /// No connection, or one that broke; also a certificate that is not to be trusted.
  case unreachable(String)
  case timedOut
  /// The answer was larger than a limit.
  case tooLarge
  /// The answer was not what the API speaks.
  case malformed(String)
  /// The token or the authority's certificate cannot be read.
  case noCredentials(String)

  package var description: String {
    switch self {
    case .unauthorized: "the API server did not accept the token (401)"
    case .forbidden: "the service account may not list and watch pods (403); it needs get, list and watch on pods"
    case .expired: "the version is too old (410)"
    case .throttled: "the API server asked to wait"
    case .refused(let status): "the API server answered \(status)"
    case .unreachable(let reason): "the API server cannot be reached: \(reason)"
    case .timedOut: "the API server did not answer in time"
    case .tooLarge: "the API server's answer was too large"
    case .malformed(let what): "the API server's answer was not understood: \(what)"
    case .noCredentials(let what): "no credentials: \(what)"
    }
  }

  /// What an HTTP status means; nil for success.
  package init?(status: Int, retryAfter: Duration? = nil) {
    switch status {
    case 200..<300: return nil
    case 401: self = .unauthorized
    case 403: self = .forbidden
    case 410: self = .expired
    case 429, 503: self = .throttled(retryAfter: retryAfter)
    default: self = .refused(status: status)
    }
  }
}
