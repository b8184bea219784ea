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

  /// What the peer calls a submission, within its tenant, and what it holds. Both as digests: a peer's words are not redacted.
  package struct Key: Sendable, Hashable {
    package let name: Digest
    package let content: Digest

    package init(kind: String, tenant: TenantID?, name: [UInt8], content: [UInt8]) {
      self.name = Digest(of: Array("\(kind)\u{0}\(tenant?.name ?? "")\u{0}".utf8) + name)
      self.content = Digest(of: content)
    }
  }

  /// The listener as its URL in the configuration names it, such as `http://127.0.0.1:8687`. It names the source.
  package var listener: String
  /// What the peer's certificate or API key says; nil where nothing does.
  package var tenant: TenantID?
  /// Says that two submissions are one: the second one is answered like the first and stored nowhere.
  package var key: Key?
  package var bytes: [UInt8]
  package var lines: [Line]

  package init(listener: String, tenant: TenantID?, key: Key? = nil, bytes: [UInt8], lines: [Line]) {
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
  /// It came before under its key, and so many rows were made of it then; nothing was stored now.
  case repeated(records: Int, rejected: Int)
  /// Something else came under its key before; nothing was stored now.
  case conflict
  /// There is no room; the peer keeps it and tries again.
  case full(retryAfter: Duration)
}

/// Makes submissions durable. Returns only when the lines cannot be lost any more; throws when that cannot be said, and then the
/// peer gets no acknowledgement.
package protocol SubmissionSink: Sendable {
  func take(_ submission: Submission) async throws -> SubmissionOutcome
}
