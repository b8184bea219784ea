package import AuditModel

/// A log file that is being read, or waits for its turn.
package final class TailedFile {
  package let file: LogFile
  package let source: SourceRecord
  /// Whether an earlier run read of it, and what it had open then.
  package let recalled: [PendingLine]?
  /// Where the next unread byte is.
  package internal(set) var offset: Int64
  /// When it was last found at its end with the same size; how long it has been quiet.
  var quietSince: ContinuousClock.Instant?
  var hasBegun = false
  /// Cuts what comes after the file was left for the next one, apart from the lineage's own lines.
  var late: LineFramer?

  package init(file: LogFile, source: SourceRecord, offset: Int64, recalled: [PendingLine]?) {
    self.file = file
    self.source = source
    self.offset = offset
    self.recalled = recalled
  }
}
