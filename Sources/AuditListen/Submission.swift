package import AuditModel

/// Lines that a peer hands over at once: an HTTP request, an OTLP export, a Forward chunk, or what a connection brought since
/// the last time. Whoever takes it makes it durable as a whole, or not at all.
package struct Submission: Sendable {
  /// One line: an audit line's bytes without framing.
  package struct Line: Sendable, Hashable {
    /// Where it lies in `bytes`.
    package var range: Range<Int>
    /// The framing's own time (syslog header, Forward's EventTime, OTLP's timeUnixNano); nil where it has none.
    package var time: RecordTime?
    /// The peer or a limit ended it before its end.
    package var isCut: Bool

    package init(range: Range<Int>, time: RecordTime? = nil, isCut: Bool = false) {
      self.range = range
      self.time = time
      self.isCut = isCut
    }
  }

  /// The listener as its URL in the configuration names it, such as `http://127.0.0.1:8687`. It names the source.
  package var listener: String
  /// What the peer's certificate or API key says; nil where nothing does.
  package var tenant: TenantID?
  /// Says that two submissions are one: the second one is answered like the first and stored nowhere. At most 256 bytes.
  package var key: String?
  package var bytes: [UInt8]
  package var lines: [Line]

  package init(listener: String, tenant: TenantID?, key: String? = nil, bytes: [UInt8], lines: [Line]) {
    self.listener = listener
    self.tenant = tenant
    self.key = key
    self.bytes = bytes
    self.lines = lines
  }
}

/// What became of a submission.
package enum SubmissionOutcome: Sendable, Hashable {
  /// On disk and synced: the peer may forget it.
  case durable(records: Int, rejected: Int)
  /// Its key was taken before; nothing was stored now.
  case repeated
  /// There is no room; the peer keeps it and tries again.
  case full(retryAfter: Duration)
}

/// Makes submissions durable. Returns only when the lines cannot be lost any more; throws when that cannot be said, and then the
/// peer gets no acknowledgement.
package protocol SubmissionSink: Sendable {
  func take(_ submission: Submission) async throws -> SubmissionOutcome
}
