import AuditModel
import NIOCore

/// A request that was read to its end and may be answered.
struct HTTPRequest: Sendable {
  enum Route: Sendable, Hashable {
    case records, logs, health, ready, metrics

    init?(path: Substring) {
      switch path {
      case "/v1/records": self = .records
      case "/v1/logs": self = .logs
      case "/health": self = .health
      case "/ready": self = .ready
      case "/metrics": self = .metrics
      default: return nil
      }
    }

    var isIntake: Bool { self == .records || self == .logs }
  }

  var route: Route
  /// In lower case, without parameters; empty where there is none.
  var contentType: String
  var isCompressed: Bool
  var idempotencyKey: String?
  var tenant: TenantID?
  var isHead: Bool
  /// What the peer wants to be answered with.
  var accept: String?
  var keepsAlive: Bool
  var body: ByteBuffer
  /// Holds the memory that the body takes.
  var memory: Reservation

  var isProtobuf: Bool { contentType == "application/x-protobuf" || contentType == "application/protobuf" }

  /// How this request's problems are spelled.
  var problemForm: HTTPAnswer.ProblemForm {
    route == .logs ? (isProtobuf ? .statusProtobuf : .statusJSON) : .plain
  }
}
