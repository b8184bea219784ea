import AuditModel
import JSON
import SwiftProtobuf

/// What is answered to a request.
struct HTTPAnswer: Sendable, Hashable {
  var status: Int
  var contentType = "application/json"
  var body: [UInt8]
  /// Seconds, for `Retry-After`.
  var retryAfter: Int?
  /// Further headers.
  var headers: [[String]] = []
  /// Nothing more is read from this connection.
  var closes = false

  /// How a problem is spelled: as `{"error":…}`, or as OTLP wants it, a `google.rpc.Status`.
  enum ProblemForm: Sendable {
    case plain
    case statusJSON
    case statusProtobuf
  }

  /// - Parameter sentence: what is wrong and what to do; it holds nothing of the request.
  static func problem(
    _ status: Int, _ sentence: String, as form: ProblemForm = .plain, retryAfter: Int? = nil, closes: Bool = false
  ) -> HTTPAnswer {
    var answer = HTTPAnswer(status: status, body: [], retryAfter: retryAfter, closes: closes)
    switch form {
    case .plain:
      answer.body = Array("{\"error\":".utf8)
      writeString(Array(sentence.utf8).span, into: &answer.body)
      answer.body += Array("}\n".utf8)
    case .statusJSON, .statusProtobuf:
      answer.encodeStatus(sentence, isProtobuf: form == .statusProtobuf)
    }
    if status == 401 { answer.headers.append(["WWW-Authenticate", "Bearer"]) }
    return answer
  }

  private mutating func encodeStatus(_ sentence: String, isProtobuf: Bool) {
    var message = OTLPStatus()
    message.code = Self.grpcCode(status)
    message.message = sentence
    contentType = isProtobuf ? "application/x-protobuf" : "application/json"
    body = (isProtobuf ? try? message.serializedBytes() : try? message.jsonUTF8Bytes()) ?? []
  }

  /// The code of google.rpc.Code that goes with a status of HTTP.
  private static func grpcCode(_ status: Int) -> Int32 {
    switch status {
    case 401: 16
    case 403: 7
    case 404, 405: 12
    case 413, 429: 8
    case 503: 14
    default: 3
    }
  }
}
