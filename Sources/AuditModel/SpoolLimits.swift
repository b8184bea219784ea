/// What the spool never exceeds. Reaching `bytesMax` or `tenantBytesMax` stops intake until something was committed; nothing that was
/// acknowledged is given up.
package struct SpoolLimits: Sendable {
  /// Bytes of all segments together,
  package var bytesMax = 1 << 30
  /// and of those of one tenant, so that one whose tables are locked leaves room for the others.
  package var tenantBytesMax = 512 << 20
  /// A segment that is this long is closed and the next one begun; space is given back segment by segment.
  package var segmentBytesMax = 16 << 20
  /// How long the store may not take a batch before the files' lines go to the spool.
  package var spillAfter = Duration.seconds(10)
  /// How many keys of submissions are remembered a tenant,
  package var keysMax = 1 << 16
  /// and for how long.
  package var keyAgeMax = Duration.seconds(86_400)
  /// When a peer that found no room is asked to come again.
  package var retryAfter = Duration.seconds(5)

  package init() {}
}
