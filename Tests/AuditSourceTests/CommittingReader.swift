import AuditModel
import AuditSource
import Testing

/// Reads a lineage as a collector does: what was read counts once it is committed, and a restart begins from there.
struct CommittingReader {
  private let path: String
  private let lineBytesMax: Int
  private let discovery: FileDiscovery
  private var lineage: Lineage
  /// By source, what the last batch told of it.
  private var committed: [SourceID: SourceSpan] = [:]
  /// The last batch that brought bytes of it.
  private var sequences: [SourceID: Int] = [:]
  private var sequence = 0
  private var read: [SourceID: SourceSpan] = [:]
  private var named: [SourceID: SourceRecord] = [:]
  private var records: [SourceID: SourceRecord] = [:]
  private var openLines: [Line] = []
  private var openGaps: [SourceGap] = []
  private var lastSource: Int32 = 0
  private(set) var buffer: [UInt8]
  private var now = ContinuousClock.now
  private(set) var lines: [Line] = []
  private(set) var gaps: [SourceGap] = []
  /// What never may happen; the test looks at it at its end.
  private(set) var disorder: [String] = []

  struct Line: Hashable {
    var text: String
    var ending: FramedLine.Ending
  }

  var committedLines: [String] { lines.map(\.text) }
  var gapBytes: Int64 { gaps.reduce(0) { $0 + $1.byteCount } }

  /// - Parameter buffer: to be used again by the next one; filling a new one is most of a short history's time.
  init(path: String, lineBytesMax: Int = 1 << 20, buffer: [UInt8] = []) {
    self.buffer = buffer
    self.path = path
    self.lineBytesMax = lineBytesMax
    discovery = FileDiscovery(patterns: [path])
    lineage = Self.lineage(path, lineBytesMax)
  }

  private static func lineage(_ path: String, _ lineBytesMax: Int) -> Lineage {
    Lineage(path: path, tenant: .unnamed, server: nil, lineBytesMax: lineBytesMax)
  }

  mutating func commit() {
    lines += openLines
    gaps += openGaps
    (openLines, openGaps) = ([], [])
    committed.merge(read) { $1 }
    sequence += 1
    for (source, span) in read {
      let isRead = span.to.offset - span.from.offset > span.gap?.byteCount ?? 0
      if isRead || sequences[source] == nil { sequences[source] = sequence }
    }
    named.merge(records) { $1 }
    (read, records) = ([:], [:])
  }

  /// Killed and started again: nothing but what was committed is left.
  mutating func restart() {
    lineage = Self.lineage(path, lineBytesMax)
    (openLines, openGaps) = ([], [])
    (read, records) = ([:], [:])
    lastSource = committed.keys.map(\.number).max() ?? 0
    now = now.advanced(by: .seconds(1))
  }

  /// Gives the descriptors back, as a collector does that has too many.
  mutating func release() throws {
    try discover()
    lineage.release()
  }

  mutating func read(steps: Int) throws {
    try discover()
    for _ in 0..<steps { try step() }
  }

  /// Reads until nothing more comes for longer than anything is waited for.
  mutating func drain(isGone: Bool = false) throws {
    var idle = 0
    while idle < 12 {
      let before = (openLines.count, openGaps.count, read)
      try discover()
      // Several: a compressed file without content takes steps that show nothing.
      for _ in 0..<4 { try step(isGone: isGone) }
      now = now.advanced(by: .milliseconds(1100))
      let isSame = openLines.count == before.0 && openGaps.count == before.1 && read == before.2
      idle = isSame ? idle + 1 : 0
    }
    commit()
  }

  mutating func discover() throws {
    let found = discovery.scan()[path] ?? []
    lineage.rename(found)
    var strangers: [(FileDiscovery.Found, Set<FileIdentity>)] = []
    for (index, file) in found.enumerated() where file.status.byteCount > 0 && !lineage.knows(file.status.identity) {
      let newer = Set(found[(index + 1)...].map(\.status.identity))
      let log = try LogFile(path: file.path)
      let known = byAge.filter { $0.record.identity?.inode == log.identity.inode }
      if lineage.earlier == nil, known.contains(where: { !$0.pending.isEmpty }) { lineage.earlier = byAge }
      if try !lineage.resume(log, among: known, before: newer) { strangers.append((file, newer)) }
    }
    if !strangers.isEmpty, lineage.earlier == nil { lineage.earlier = byAge }
    // What holds known content tells where the others have their place.
    for (file, newer) in strangers where file.path != path {
      _ = try lineage.resume(stranger: LogFile(path: file.path), among: lineage.earlier ?? [], before: newer)
    }
    for (file, newer) in strangers where !lineage.knows(file.status.identity) {
      let log = try LogFile(path: file.path)
      if file.path != path {
        let adoption = try lineage.resume(stranger: log, among: lineage.earlier ?? [], before: newer)
        if adoption == .known { continue }
        if adoption == .undecided { break }
      }
      lastSource += 1
      try lineage.begin(log, path: file.path, as: SourceID(lastSource), before: newer)
    }
    lineage.rename(found)
    lineage.observe(found)
    if lineage.wantsEarlier(found) { lineage.earlier = byAge }
    lineage.settle(
      isAllFound: found.allSatisfy { $0.status.byteCount == 0 || lineage.knows($0.status.identity) }, isOnce: false)
  }

  /// Whether something of the file that is being written was stored.
  func hasStored() -> Bool {
    guard let status = FileStatus(path: path) else { return false }
    return committed.contains { source, span in
      named[source]?.identity == status.identity && span.to.offset > span.gap?.byteCount ?? 0
    }
  }

  private var byAge: [Lineage.Earlier] {
    committed.sorted { (sequences[$0.key] ?? 0, $0.key) > (sequences[$1.key] ?? 0, $1.key) }.compactMap {
      source, span in
      named[source].map {
        Lineage.Earlier(
          record: $0, position: span.to, lastBlock: span.lastBlock, pending: span.pending,
          gapBytes: span.gap?.byteCount ?? 0)
      }
    }
  }

  private mutating func step(isGone: Bool = false) throws {
    var lines: [Line] = []
    var last = lastSource
    let step = try lineage.step(buffer: &buffer, now: now, isOnce: false, isGone: isGone) {
      last += 1
      return SourceID(last)
    } _: { line, framed in
      let text = line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      lines.append(Line(text: text, ending: framed.ending))
    }
    lastSource = last
    openLines += lines
    if let begun = step.begun { records[begun.id] = begun }
    guard let span = step.span else {
      if !lines.isEmpty { disorder.append("\(lines.count) lines without a span") }
      return
    }
    let known = read[span.source] ?? committed[span.source]
    if span.from != known?.to ?? .start {
      disorder.append("source \(span.source.number): from \(span.from.offset), was at \(known?.to.offset ?? 0)")
    }
    guard records[span.source] != nil || named[span.source] != nil else {
      return disorder.append("source \(span.source.number) was never named")
    }
    if let gap = span.gap { openGaps.append(gap) }
    // As a batch has it.
    read[span.source] = read[span.source]?.followed(by: span) ?? span
  }
}
