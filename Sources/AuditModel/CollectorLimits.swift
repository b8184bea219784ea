/// What a collector never exceeds. Each has a name in the configuration and a unit; reaching one is a counted outcome.
package struct CollectorLimits: Sendable {
  /// A longer line becomes a rejected line.
  package var lineBytesMax = 1 << 20
  /// A batch is committed when it holds this many rows,
  package var batchRowsMax = 5000
  /// or this many bytes,
  package var batchBytesMax = 4 << 20
  /// or when its first line is this old.
  package var batchAgeMax = Duration.seconds(1)
  /// Open log files; further ones wait on the disk.
  package var openFilesMax = 1024
  /// Bytes of deleted log files that are kept on the disk by being open.
  package var deletedBytesMax = 1 << 30
  /// How much of a rejected line is kept, after redaction.
  package var rejectedTextBytesMax = 8 << 10
  /// How far ahead of the collector's clock a record's time may be.
  package var timeSkewMax = Duration.seconds(3600)

  package init() {}
}

/// The times that a record may have: not further ahead than the skew, not older than the retention.
package struct TimeWindow: Sendable {
  package let earliest: RecordTime
  package let latest: RecordTime

  package init(earliest: RecordTime, latest: RecordTime) {
    self.earliest = earliest
    self.latest = latest
  }
}
