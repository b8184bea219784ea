package import AuditModel

/// A record as it is stored, and as every answer shows it (`schemas/record.v1.json`).
package struct StoredRecord: Sendable, Hashable {
  package var position: RecordPosition
  package var texts: [TextColumn: String]
  /// Nanoseconds.
  package var duration: Int64?
  package var resultBytes: Int64?
  /// JSON texts.
  package var args: String?
  package var extra: String?
  package var redactions: String?
  package var marks: [String]
  package var dialect: Int16
  package var source: SourceID
  package var offset: Int64
  /// The pod whose log it was in; nil where its source is no pod's log file.
  package var place: PodPlace?

  package init(
    position: RecordPosition, texts: [TextColumn: String], duration: Int64?, resultBytes: Int64?, args: String?,
    extra: String?, redactions: String?, marks: [String], dialect: Int16, source: SourceID, offset: Int64
  ) {
    self.position = position
    self.texts = texts
    self.duration = duration
    self.resultBytes = resultBytes
    self.args = args
    self.extra = extra
    self.redactions = redactions
    self.marks = marks
    self.dialect = dialect
    self.source = source
    self.offset = offset
  }

  /// Who did it: the user, or the client where no user is known.
  package var actor: String? { texts[.user] ?? texts[.client] }
}
