/// Number of a source, counted from 1 by its collector in its tenant.
package struct SourceID: Hashable, Sendable, Comparable {
  package let number: Int32
  package init(_ number: Int32) { self.number = number }
  package static func < (left: SourceID, right: SourceID) -> Bool { left.number < right.number }
}

/// Where the next unread byte of a source is.
package struct SourcePosition: Hashable, Sendable, Comparable {
  package var offset: Int64
  package init(_ offset: Int64) { self.offset = offset }
  package static let start = SourcePosition(0)
  package static func < (left: SourcePosition, right: SourcePosition) -> Bool { left.offset < right.offset }
}

/// The two streams that a container runtime writes into one log file.
package enum OutputStream: UInt8, Sendable, CaseIterable {
  case stdout, stderr
  package var name: String { self == .stdout ? "stdout" : "stderr" }
}

/// A line that has begun and not ended: the fragments of `stream` in `source` from `offset` on belong to it. Only the place is kept,
/// never the text: after a restart the fragments are read from the file again.
package struct PendingLine: Hashable, Sendable {
  package let stream: OutputStream
  package let source: SourceID
  package let offset: Int64

  package init(stream: OutputStream, source: SourceID, offset: Int64) {
    self.stream = stream
    self.source = source
    self.offset = offset
  }
}

/// What one batch read of one source: the bytes `from ..< to`, all accounted for.
package struct SourceSpan: Hashable, Sendable {
  package let source: SourceID
  package var from: SourcePosition
  package var to: SourcePosition
  /// Lines that ended in this span, blank ones included.
  package var lines: Int32
  package var pending: [PendingLine]

  package init(source: SourceID, from: SourcePosition, to: SourcePosition, lines: Int32, pending: [PendingLine]) {
    self.source = source
    self.from = from
    self.to = to
    self.lines = lines
    self.pending = pending
  }
}

/// What makes one incarnation of a log file itself, however it is renamed.
package struct FileIdentity: Hashable, Sendable {
  package var device: Int64
  package var inode: Int64
  /// Nanoseconds since 1970; 0 where the file system does not know.
  package var birth: Int64
  package init(device: Int64, inode: Int64, birth: Int64) {
    self.device = device
    self.inode = inode
    self.birth = birth
  }
}

/// The beginning of a file, so that a reused inode is not taken for the old file. Eight bytes of a digest: enough to tell
/// files apart, too few to give anything of the text away.
package struct Fingerprint: Hashable, Sendable {
  package static let lengthMax = 1024
  package let length: Int32
  package let digest: Int64

  package init(length: Int32, digest: Int64) {
    self.length = length
    self.digest = digest
  }

  package init(of beginning: [UInt8]) {
    length = Int32(beginning.count)
    digest = Digest(of: beginning).withUnsafeBytes { $0.loadUnaligned(as: Int64.self).bigEndian }
  }
}

/// A source as the ledger's tables describe it.
package struct SourceRecord: Hashable, Sendable {
  package let id: SourceID
  /// The path it was found under first, or `stdin`.
  package let path: String
  package let identity: FileIdentity?
  package let fingerprint: Fingerprint?
  package init(id: SourceID, path: String, identity: FileIdentity?, fingerprint: Fingerprint?) {
    self.id = id
    self.path = path
    self.identity = identity
    self.fingerprint = fingerprint
  }
}
