/// Where a pattern matches.
package struct PatternMatch: Equatable, Sendable {
  /// The whole match, never empty.
  package let range: Range<Int>
  /// What its capture took; nil if the pattern has none, or if it took no part in this match.
  package let captured: Range<Int>?
}
