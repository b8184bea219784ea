import AuditModel

/// One call of a tool before it is written as a line.
struct SampleCall: Sendable {
  var user: Int
  var tool: Int
  var dialect: Dialect
  var session: UInt64
  /// Index into `SampleWords.failures`.
  var failure: Int?
  var milliseconds: Int
  var secret = SampleSecret.Place.none
}
