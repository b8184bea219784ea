/// What the spool has seen and lost, for those who watch it.
package struct SpoolFigures: Sendable, Hashable {
  /// Bytes on the disk now, and pieces that wait to be read.
  package var bytes = 0
  package var pieces = 0
  package var tenants = 0
  /// Since the start: pieces written, syncs that it took, repetitions, keys that came with another content, refusals for
  /// want of room, failures of the disk.
  package var written = 0
  package var syncs = 0
  package var repeated = 0
  package var conflicts = 0
  package var refused = 0
  package var failures = 0
  /// Segments that were not as they were written; bytes of them that were no frame, and frames whose rows were damaged.
  package var damagedSegments = 0
  package var damagedBytes = 0
  package var lostPieces = 0
  package var isOpen = false

  package init() {}
}
