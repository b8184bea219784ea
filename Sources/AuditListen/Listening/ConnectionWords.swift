import NIOSSL

/// What a connection ended with, in words for a log: neither the peer's bytes nor places in a library's sources.
enum ConnectionWords {
  static func of(_ error: any Error) -> String {
    switch error {
    case NIOSSLError.handshakeFailed(let cause): "the TLS handshake failed\(reasons(of: cause))"
    case NIOSSLError.uncleanShutdown: "TLS ended without its closing alert"
    case NIOSSLError.shutdownFailed(let cause): "TLS did not close in order\(reasons(of: cause))"
    case let cause as BoringSSLError: "TLS failed\(reasons(of: cause))"
    default: "\(type(of: error)): \(withoutPlaces("\(error)"))"
    }
  }

  private static func reasons(of error: BoringSSLError) -> String {
    let stack: NIOBoringSSLErrorStack
    switch error {
    case .sslError(let errors), .unknownError(let errors), .invalidSNIName(let errors), .failedToSetALPN(let errors):
      stack = errors
    case .zeroReturn: return ": the peer closed it"
    case .syscallError: return ": the connection broke"
    default: return ""
    }
    let reasons = stack.map { reason(in: $0.description) }
    return reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")
  }

  /// `Error: 268435612 error:1000009c:SSL routines:OPENSSL_internal:HTTP_REQUEST at /…/ssl_lib.cc:142` says `http request`.
  static func reason(in text: String) -> String {
    let sentence = withoutPlaces(text)
    guard let last = sentence.split(separator: ":").last else { return sentence }
    return last.lowercased().split { $0 == "_" || $0 == " " }.joined(separator: " ")
  }

  /// Without what stands behind the first ` at /`: a path on the machine that built the program.
  private static func withoutPlaces(_ text: String) -> String {
    text.firstRange(of: " at /").map { String(text[..<$0.lowerBound]) } ?? text
  }
}
