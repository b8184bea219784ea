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
  /// A message or a line of a known kind that is about no call.
  case notACall = "not-a-call"
  /// A response whose request was not seen.
  case unmatched = "unmatched-response"
  /// An event that came before, by its own id.
  case duplicate = "duplicate-event"
  /// An OTLP payload that is against its protocol; none of it is taken.
  case badPayload = "bad-payload"
  case refused = "refused-by-postgresql"
}
