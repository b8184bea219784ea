package import AuditModel
package import AuditRedact

/// What intake made of some lines of one tenant, ready to be committed: the unit of the spool. It is committed whole or not at all.
///
/// A source has a number only within the piece: which number the ledger has given it, or will give it, is found out by its identity
/// when the piece is committed, because the spool takes lines also while there is no ledger to ask.
package struct SpoolPiece: Sendable {
  package enum Kind: UInt8, Sendable {
    /// Lines that a peer was told to forget: they are nowhere else.
    case submission = 1
    /// Lines of files, which may be gone by now.
    case files = 2
  }

  package var tenant: TenantID
  package var kind: Kind
  /// Says that two submissions are one.
  package var key: KeyedSubmission?
  /// By the numbers that `spans` and the rows name. One without an identity has the ledger's own number.
  package var sources: [SourceRecord]
  package var spans: [SourceSpan]
  /// What has to be added to the positions of the rows: a submission's lines are counted from its own beginning until its place in
  /// its source is known.
  package var base: Int64
  /// Bytes that were read for it, and replacements made in its rows.
  package var byteCount: Int64
  package var redactions: Int32
  package var received: RecordTime
  package var records: Redacted<EncodedRows>
  package var rejected: Redacted<EncodedRows>

  package init(
    tenant: TenantID, kind: Kind, key: KeyedSubmission? = nil, sources: [SourceRecord], spans: [SourceSpan],
    base: Int64 = 0,
    byteCount: Int64, redactions: Int, received: RecordTime, records: Redacted<EncodedRows>,
    rejected: Redacted<EncodedRows>
  ) {
    self.tenant = tenant
    self.kind = kind
    self.key = key
    self.sources = sources
    self.spans = spans
    self.base = base
    self.byteCount = byteCount
    self.redactions = Int32(clamping: redactions)
    self.received = received
    self.records = records
    self.rejected = rejected
  }

  package var rowCount: Int { records.value.count + rejected.value.count }
  package var rowBytes: Int { records.value.byteCount + rejected.value.byteCount }
}
