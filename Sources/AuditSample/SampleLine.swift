package import AuditModel

/// What was written as one line: enough to know what has to come out at the other end.
package struct SampleLine: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// An audit record.
    case record
    /// A record with something that PostgreSQL refuses: U+0000, half a surrogate pair, a huge exponent.
    case poison
    /// Other output of the server.
    case noise
    /// A record whose end is missing.
    case cut
    /// A record without a timestamp; a container runtime's line has one for it.
    case noTimestamp
    /// A record of long ago.
    case tooOld
    /// A record of a year to come.
    case tooFarAhead

    /// Why such a line in a container's log is no record; nil where it is one.
    package var rejection: RejectReason? {
      switch self {
      case .record, .poison, .noTimestamp: nil
      case .noise: .notJSON
      case .cut: .cut
      case .tooOld: .timeExpired
      case .tooFarAhead: .timeAhead
      }
    }
  }

  /// Counted from 1 by its `SampleTraffic`; see `SampleTraffic.Options.idPrefix`.
  package let number: Int
  package let kind: Kind
  package let dialect: Dialect
  package let isFailure: Bool
  /// Whether one was planted. What is cut off a line may take it away again; what is left of it there still stands behind
  /// the key that names it.
  package let hasSecret: Bool
}
