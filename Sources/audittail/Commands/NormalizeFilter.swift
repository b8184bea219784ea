import AuditConfig
import AuditListen
import AuditModel
import AuditParse
import AuditQuery
import AuditRedact
import AuditSource
import Glibc

/// Standard input → the collector's framer, intake and rows → standard output, in the order in which things were complete.
struct NormalizeFilter: ~Copyable {
  private let tenant: TenantID
  private let textBytesMax: Int
  private var framing: NormalizeInput
  private var framer: LineFramer
  private var intake: LineIntake
  private var lines = LineNumbers()
  /// Of rejected lines: what their rows do not say.
  private var details: [Int64: RejectedDetail] = [:]
  private var printed = 0
  /// What was not read to a line's end yet, and where it lies.
  private var input: [UInt8] = []
  private var offset: Int64 = 0
  private var output: [UInt8] = []
  private static let chunkBytes = 256 << 10
  /// Every time is taken: what is too old for one tenant is another's history.
  private static let window = TimeWindow(
    earliest: RecordTime(nanoseconds: .min), latest: RecordTime(nanoseconds: .max))
  /// The clock stands still, so that the output depends on nothing but the input.
  private static let now = RecordTime(nanoseconds: 0)
  private static let source = SourceID(1)

  init(
    tenant: TenantID, configuration: Configuration, policy: RedactionPolicy, from framing: InputFraming = .auto
  ) {
    self.tenant = tenant
    let lineBytesMax = configuration.limits.lineBytesMax
    textBytesMax = lineBytesMax
    framer = LineFramer(lineBytesMax: lineBytesMax, formats: framing.formats)
    var limits = configuration.listenLimits
    limits.lineBytesMax = lineBytesMax
    // The one clock that is needed: RFC 3164 leaves the year out.
    let clock = RecordTime.now
    self.framing = NormalizeInput(framing, limits: limits, now: clock)
    intake = LineIntake(collector: 1, policy: policy, configuration, notesOrder: true, yearNear: clock)
  }

  /// Standard input to its end.
  mutating func run() throws {
    var chunk: [UInt8] = []
    repeat {
      chunk.removeAll(keepingCapacity: true)
      _ = try Self.fill(&chunk)
      var output: [UInt8] = []
      do throws(CommandFailure) {
        defer { output = takeOutput() }
        try take(chunk, isAtEnd: chunk.isEmpty)
      } catch {
        try StandardOutput.write(output)
        throw error
      }
      try StandardOutput.write(output)
    } while !chunk.isEmpty
  }

  /// Reads what came, and keeps the lines that it completed for `takeOutput`.
  /// - Throws: where the framing does not hold; what stands before is read.
  mutating func take(_ chunk: [UInt8], isAtEnd: Bool) throws(CommandFailure) {
    var pieces: [NormalizeInput.Piece] = []
    var problem: CommandFailure?
    do throws(CommandFailure) {
      try framing.take(chunk, isAtEnd: isAtEnd, into: &pieces)
    } catch {
      problem = error
    }
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): takeLines(bytes, isAtEnd: false)
      case .batch(let batch): take(batch)
      }
    }
    if isAtEnd || problem != nil { takeLines([], isAtEnd: true) }
    if let problem { throw problem }
  }

  mutating func takeOutput() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// Lines that their framing has cut already. They are counted as if each stood in a line of its own.
  private mutating func take(_ framed: LineBatch) {
    if framed.isEmpty { return }
    var batch = OpenBatch(sequence: 1, textBytesMax: textBytesMax, reservingBytes: 0)
    var text: [UInt8] = []
    let bytes = framed.bytes.span
    lines.begin(offset)
    var cut: [Int64: RejectedDetail] = [:]
    for line in framed.lines {
      let content = bytes.extracting(line.range)
      let place = FramedLine(
        offset: offset + Int64(text.count), source: Self.source, byteCount: content.count,
        ending: line.isCut ? .cut : .whole, runtimeTime: line.time)
      for index in content.indices { text.append(content[index] == 10 ? 32 : content[index]) }
      text.append(10)
      Self.take(content, place, &intake, &batch, &cut)
    }
    details.merge(cut) { $1 }
    print(batch, text)
    lines.end(text, text.count, keeping: intake.openPlaces.map(\.offset))
    offset += Int64(text.count)
    forgetDetails()
  }

  private mutating func takeLines(_ chunk: [UInt8], isAtEnd: Bool) {
    input.append(contentsOf: chunk)
    let used = read(input, at: offset, isAtEnd: isAtEnd)
    offset += Int64(used)
    input.removeFirst(used)
  }

  /// - Returns: how many bytes are done with.
  private mutating func read(_ input: [UInt8], at offset: Int64, isAtEnd: Bool) -> Int {
    var batch = OpenBatch(sequence: 1, textBytesMax: textBytesMax, reservingBytes: 0)
    lines.begin(offset)
    var cut: [Int64: RejectedDetail] = [:]
    let used = framer.consume(input.span, at: offset, source: Self.source, isEnd: isAtEnd) { line, framed in
      Self.take(line, framed, &intake, &batch, &cut)
    }
    if isAtEnd {
      framer.close { line, framed in Self.take(line, framed, &intake, &batch, &cut) }
      intake.finish(server: nil, window: Self.window, now: Self.now, into: &batch)
    }
    details.merge(cut) { $1 }
    print(batch, input)
    lines.end(
      input, used, keeping: framer.pending.map(\.offset) + intake.openPlaces.map(\.offset))
    forgetDetails()
    return used
  }

  private mutating func forgetDetails() {
    let open = Set(intake.openPlaces.map(\.offset))
    details = details.filter { open.contains($0.key) }
  }

  private static func take(
    _ line: Span<UInt8>, _ framed: FramedLine, _ intake: inout LineIntake, _ batch: inout OpenBatch,
    _ details: inout [Int64: RejectedDetail]
  ) {
    let rejected = batch.rejected.count
    let wasOpen = intake.hasOpenEvents
    intake.take(line, framed, server: nil, window: window, now: now, into: &batch)
    if batch.rejected.count > rejected || wasOpen || intake.hasOpenEvents {
      details[framed.offset] = RejectedDetail(time: framed.runtimeTime, isCut: framed.ending == .cut)
    }
  }

  // MARK: Output

  private mutating func print(_ batch: consuming OpenBatch, _ input: [UInt8]) {
    let records = batch.records.finish().value
    let rejected = batch.rejected.finish().value
    var record = 0
    var refused = 0
    for isRecord in intake.takeOrder() {
      if isRecord {
        let tuple = Array(records.bytes[records.range(of: record)])
        output.append(
          contentsOf: RecordFormat.ndjson.line(StoredRecord(tuple: tuple.span, id: nextID(), of: tenant)).utf8)
        record += 1
      } else {
        let tuple = Array(rejected.bytes[rejected.range(of: refused)])
        write(RejectedTuple(tuple.span), input)
        refused += 1
      }
    }
  }

  /// Records are counted through, whatever the chunks were.
  private mutating func nextID() -> RecordID {
    defer { printed += 1 }
    return RecordID(collector: 1, sequence: Int64(printed / 5000 + 1), index: Int32(printed % 5000))
  }

  private mutating func write(_ line: RejectedTuple, _ input: [UInt8]) {
    let detail = details[line.offset]
    var json =
      "{\"rejected\":{\"reason\":\(RecordFormat.quoted(line.reason)),\"line\":\(lines.number(of: line.offset, in: input))"
    json += ",\"text\":\(RecordFormat.quoted(line.text)),\"bytes\":\(line.byteCount)"
    if let time = detail?.time { json += ",\"time\":\"\(time.rfc3339)\"" }
    if detail?.isCut == true { json += ",\"marks\":[\"incomplete\"]" }
    output.append(contentsOf: (json + "}}\n").utf8)
  }

  /// - Returns: how many bytes came; 0 at the end.
  private static func fill(_ input: inout [UInt8]) throws -> Int {
    let had = input.count
    input.append(contentsOf: repeatElement(0, count: chunkBytes))
    while true {
      let got = input.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress.map { $0 + had }, chunkBytes) }
      if got < 0, errno == EINTR { continue }
      input.removeLast(chunkBytes - max(0, got))
      if got < 0 {
        throw CommandFailure(.inputOutput, "Cannot read standard input: \(String(cString: strerror(errno))).")
      }
      return got
    }
  }
}
