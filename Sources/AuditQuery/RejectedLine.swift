package import AuditModel

/// A line that is no record, as it is stored: redacted, with the reason.
package struct RejectedLine: Sendable, Hashable {
  package let position: RecordPosition
  package let reason: String
  /// Length of the line as it was written; the text may be shorter.
  package let byteCount: Int64
  package let text: String
  package let source: SourceID
  package let offset: Int64

  package init(
    position: RecordPosition, reason: String, byteCount: Int64, text: String, source: SourceID, offset: Int64
  ) {
    self.position = position
    self.reason = reason
    self.byteCount = byteCount
    self.text = text
    self.source = source
    self.offset = offset
  }

  /// Its name within its tenant; the `r` keeps it apart from the record of the same number: `3-17-r2`.
  package var id: String { "\(position.id.collector)-\(position.id.sequence)-r\(position.id.index)" }

  /// One JSON object and a line feed.
  package var ndjson: String {
    "{\"id\":\"\(id)\",\"tenant\":\(RecordFormat.quoted(position.tenant.name)),\"time\":\"\(position.time.rfc3339)\","
      + "\"reason\":\(RecordFormat.quoted(reason)),\"bytes\":\(byteCount),\"text\":\(RecordFormat.quoted(text)),"
      + "\"source\":{\"number\":\(source.number),\"offset\":\(offset)}}\n"
  }
}
