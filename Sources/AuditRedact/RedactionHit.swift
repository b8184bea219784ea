/// What one rule did in one record: proof that something went, without what went.
package struct RedactionHit: Sendable, Equatable {
  package var rule: RuleID
  /// JSON pointer (RFC 6901) to the value in the record; empty for text. A key that held a secret is redacted here too.
  package var path: String
  package var count: Int
}
