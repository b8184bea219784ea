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

/// Whose partial lines these are: a CRI runtime's (`P` … `F`) or docker's json-file driver's (a `log` without a final line feed).
package enum PartialFormat: UInt8, Sendable, CaseIterable {
  case cri, docker
  /// No piece of a line but a whole one, of any format: it began something that has not ended, see `PendingLine.isWhole`.
  case whole
}

/// A line that has begun and not ended: the fragments of `stream` in `source` from `offset` on belong to it. Or one that ended and
/// waits for others: a call without its response, half a document. Only the place is kept, never the text: after a restart the
/// line is read from the file again.
package struct PendingLine: Hashable, Sendable {
  package let stream: OutputStream
  package let format: PartialFormat
  package let source: SourceID
  package let offset: Int64

  package init(stream: OutputStream, format: PartialFormat = .cri, source: SourceID, offset: Int64) {
    self.stream = stream
    self.format = format
    self.source = source
    self.offset = offset
  }

  /// A whole line that has to be read again after a restart, because of what it began.
  /// - Parameter offset: of its first byte, framing included.
  package init(whole source: SourceID, offset: Int64) {
    self.init(stream: .stdout, format: .whole, source: source, offset: offset)
  }

  package var isWhole: Bool { format == .whole }

  /// Stream and format as the ledger has them: 0 and 1 are CRI's stdout and stderr, 2 and 3 docker's, 4 a whole line.
  package var code: UInt8 { format.rawValue << 1 | stream.rawValue }

  /// - Returns: nil where `code` is none.
  package init?(code: Int16, source: SourceID, offset: Int64) {
    guard (0...4).contains(code), let stream = OutputStream(rawValue: UInt8(code) & 1),
      let format = PartialFormat(rawValue: UInt8(code) >> 1)
    else { return nil }
    self.init(stream: stream, format: format, source: source, offset: offset)
  }
}

/// Bytes of a source that were lost before they could be read: the last ones of a span.
package struct SourceGap: Hashable, Sendable {
  package let byteCount: Int64
  /// The loss was noticed, its size was not to be known: at least this many.
  package let isLeast: Bool

  package init(byteCount: Int64, isLeast: Bool) {
    self.byteCount = byteCount
    self.isLeast = isLeast
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
  /// `Fingerprint.ending` of what was read: the last bytes before `to` or, with a gap, before the gap. By it the source is known
  /// again in another file: a compressed one, a copy. Nil where there is no file to find.
  package var lastBlock: Int64?
  package var gap: SourceGap?

  package init(
    source: SourceID, from: SourcePosition, to: SourcePosition, lines: Int32, pending: [PendingLine],
    lastBlock: Int64? = nil, gap: SourceGap? = nil
  ) {
    self.source = source
    self.from = from
    self.to = to
    self.lines = lines
    self.pending = pending
    self.lastBlock = lastBlock
    self.gap = gap
  }

  /// The span and the one that follows it in the same source as one.
  package func followed(by next: SourceSpan) -> SourceSpan {
    var both = next
    both.from = from
    both.lines = lines &+ next.lines
    if let gap {
      both.gap = SourceGap(
        byteCount: gap.byteCount + (next.gap?.byteCount ?? 0), isLeast: gap.isLeast || next.gap?.isLeast == true)
      // It is looked for before the gap: there it stays where nothing was read behind it. Otherwise nothing is known of that place.
      both.lastBlock = next.to > next.from ? nil : lastBlock
    }
    return both
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
    digest = Self.ending(beginning)
  }

  /// How many of the last bytes that were read are remembered.
  package static let endingLengthMax = 256

  /// The digest of the last bytes that were read, at most `endingLengthMax`: two files that begin alike seldom have the same bytes
  /// at one place.
  package static func ending(_ last: [UInt8]) -> Int64 {
    Digest(of: last).withUnsafeBytes { $0.loadUnaligned(as: Int64.self).bigEndian }
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

  /// The same source under another number.
  package func numbered(_ id: SourceID) -> SourceRecord {
    SourceRecord(id: id, path: path, identity: identity, fingerprint: fingerprint)
  }
}
