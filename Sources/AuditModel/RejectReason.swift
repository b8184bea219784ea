/// Why a line is no record. The raw value is what the database, the metrics and the console say.
package enum RejectReason: String, CaseIterable, Sendable {
  case notJSON = "not-json"
  case cut = "cut"
  case notUTF8 = "not-utf8"
  case tooLong = "too-long"
  case tooDeep = "too-deep"
  case notObject = "not-an-object"
  case noTimestamp = "no-timestamp"
  case badTimestamp = "bad-timestamp"
  case timeAhead = "time-ahead"
  case timeExpired = "older-than-retention"
  case noTool = "no-tool"
  case refused = "refused-by-postgresql"

  /// One sentence for a person.
  package var explanation: String {
    switch self {
    case .notJSON: "The line is not JSON."
    case .cut: "The line is JSON that ends in the middle."
    case .notUTF8: "The line holds bytes that are not UTF-8."
    case .tooLong: "The line is longer than limits.line_bytes."
    case .tooDeep: "The line nests deeper than 64 levels."
    case .notObject: "The line is JSON but no object."
    case .noTimestamp: "The object has no timestamp."
    case .badTimestamp:
      "The timestamp is neither RFC 3339 with a zone nor a number of seconds or milliseconds since 1970."
    case .timeAhead: "The timestamp is further in the future than time.skew allows."
    case .timeExpired: "The timestamp is older than the tenant's retention."
    case .noTool: "The object names no tool."
    case .refused: "PostgreSQL refused the row; the SQLSTATE stands before the text."
    }
  }
}
