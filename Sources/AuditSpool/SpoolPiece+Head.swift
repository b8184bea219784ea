import AuditModel
import AuditRedact

extension SpoolPiece {
  /// Writes everything but the rows, as `SpoolFrame` says.
  func appendHead(to out: inout [UInt8]) {
    out.appendText(tenant.name)
    out.append(kind.rawValue)
    out.append(key == nil ? 0 : 2)
    if let key {
      for word in [key.name.high, key.name.low, key.content.high, key.content.low] { out.appendBigEndian(word) }
      out.appendBigEndian(key.records)
      out.appendBigEndian(key.rejected)
    }
    out.appendBigEndian(base)
    out.appendBigEndian(byteCount)
    out.appendBigEndian(redactions)
    out.appendBigEndian(received.nanoseconds)
    out.appendBigEndian(Int16(clamping: sources.count))
    for source in sources.prefix(Int(Int16.max)) {
      out.appendBigEndian(source.id.number)
      out.appendText(source.path)
      out.append(source.identity == nil ? 0 : 1)
      if let identity = source.identity {
        for value in [identity.device, identity.inode, identity.birth] { out.appendBigEndian(value) }
      }
      out.append(source.fingerprint == nil ? 0 : 1)
      if let fingerprint = source.fingerprint {
        out.appendBigEndian(fingerprint.length)
        out.appendBigEndian(fingerprint.digest)
      }
    }
    out.appendBigEndian(Int32(clamping: spans.count))
    for span in spans {
      out.appendBigEndian(span.source.number)
      out.appendBigEndian(span.from.offset)
      out.appendBigEndian(span.to.offset)
      out.appendBigEndian(span.lines)
      out.appendBigEndian(Int16(clamping: span.pending.count))
      for pending in span.pending {
        out.append(pending.code)
        out.appendBigEndian(pending.source.number)
        out.appendBigEndian(pending.offset)
      }
      out.append(
        (span.lastBlock == nil ? 0 : 1) | (span.gap == nil ? 0 : 2) | (span.gap?.isLeast == true ? 4 : 0))
      out.appendBigEndian(span.lastBlock ?? 0)
      out.appendBigEndian(span.gap?.byteCount ?? 0)
    }
  }

  /// Reads what `appendHead` wrote. Nothing is trusted: the checksum fits by chance once in four billion times.
  init?(head: Span<UInt8>, _ reader: inout FrameReader) {
    guard let name = reader.text(head), let tenant = TenantID(name), let kind = reader.byte(head).flatMap(Kind.init),
      let hasKey = reader.byte(head)
    else { return nil }
    var key: KeyedSubmission?
    switch hasKey {
    case 1: guard Self.key(head, &reader) != nil else { return nil }
    case 2:
      guard let name = Self.key(head, &reader), let content = Self.key(head, &reader),
        let records = reader.int32(head), let rejected = reader.int32(head)
      else { return nil }
      key = KeyedSubmission(name: name, content: content, records: Int(records), rejected: Int(rejected))
    default: break
    }
    guard let base = reader.int64(head), let byteCount = reader.int64(head), let redactions = reader.int32(head),
      let received = reader.int64(head), let sources = Self.sources(head, &reader),
      let spans = Self.spans(head, &reader),
      base >= 0, reader.at == head.count
    else { return nil }
    self.init(
      tenant: tenant, kind: kind, key: key, sources: sources, spans: spans, base: base, byteCount: byteCount,
      redactions: Int(redactions), received: RecordTime(nanoseconds: received), records: .none, rejected: .none)
  }

  private static func key(_ head: Span<UInt8>, _ reader: inout FrameReader) -> SubmissionKey? {
    guard let high = reader.int64(head), let low = reader.int64(head) else { return nil }
    return SubmissionKey(high: UInt64(bitPattern: high), low: UInt64(bitPattern: low))
  }

  private static func sources(_ head: Span<UInt8>, _ reader: inout FrameReader) -> [SourceRecord]? {
    guard let count = reader.int16(head), count >= 0 else { return nil }
    var sources: [SourceRecord] = []
    for _ in 0..<count {
      guard let number = reader.int32(head), let path = reader.text(head), let hasIdentity = reader.byte(head) else {
        return nil
      }
      var identity: FileIdentity?
      if hasIdentity == 1 {
        guard let device = reader.int64(head), let inode = reader.int64(head), let birth = reader.int64(head) else {
          return nil
        }
        identity = FileIdentity(device: device, inode: inode, birth: birth)
      }
      guard let hasFingerprint = reader.byte(head) else { return nil }
      var fingerprint: Fingerprint?
      if hasFingerprint == 1 {
        guard let length = reader.int32(head), let digest = reader.int64(head) else { return nil }
        fingerprint = Fingerprint(length: length, digest: digest)
      }
      sources.append(SourceRecord(id: SourceID(number), path: path, identity: identity, fingerprint: fingerprint))
    }
    return sources
  }

  private static func spans(_ head: Span<UInt8>, _ reader: inout FrameReader) -> [SourceSpan]? {
    guard let count = reader.int32(head), count >= 0 else { return nil }
    var spans: [SourceSpan] = []
    for _ in 0..<count {
      guard let source = reader.int32(head), let from = reader.int64(head), let to = reader.int64(head),
        let lines = reader.int32(head), let pendingCount = reader.int16(head), pendingCount >= 0, from >= 0, to >= from
      else { return nil }
      var pending: [PendingLine] = []
      for _ in 0..<pendingCount {
        guard let code = reader.byte(head), let source = reader.int32(head), let offset = reader.int64(head),
          let line = PendingLine(code: Int16(code), source: SourceID(source), offset: offset)
        else { return nil }
        pending.append(line)
      }
      guard let flags = reader.byte(head), let lastBlock = reader.int64(head), let gapBytes = reader.int64(head) else {
        return nil
      }
      spans.append(
        SourceSpan(
          source: SourceID(source), from: SourcePosition(from), to: SourcePosition(to), lines: lines, pending: pending,
          lastBlock: flags & 1 == 0 ? nil : lastBlock,
          gap: flags & 2 == 0 ? nil : SourceGap(byteCount: gapBytes, isLeast: flags & 4 != 0)))
    }
    return spans
  }
}

/// Walks over the bytes of a head; nil where they end too soon.
struct FrameReader {
  private(set) var at = 0

  private mutating func take(_ count: Int, _ bytes: Span<UInt8>) -> Int? {
    guard count >= 0, count <= bytes.count - at else { return nil }
    defer { at += count }
    return at
  }

  mutating func byte(_ bytes: Span<UInt8>) -> UInt8? { take(1, bytes).map { bytes[$0] } }
  mutating func int16(_ bytes: Span<UInt8>) -> Int16? {
    take(2, bytes).map { Int16(bitPattern: UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])) }
  }
  mutating func int32(_ bytes: Span<UInt8>) -> Int32? { take(4, bytes).map { bytes.int32(at: $0) } }
  mutating func int64(_ bytes: Span<UInt8>) -> Int64? { take(8, bytes).map { bytes.int64(at: $0) } }

  /// A length of two bytes and so many bytes of UTF-8.
  mutating func text(_ bytes: Span<UInt8>) -> String? {
    guard let length = int16(bytes), let start = take(Int(length), bytes) else { return nil }
    return String(
      unsafeUninitializedCapacity: Int(length)
    ) { buffer in
      for index in 0..<Int(length) { buffer[index] = bytes[start + index] }
      return Int(length)
    }
  }
}

extension [UInt8] {
  /// A length of two bytes and so many bytes of UTF-8; longer text is cut at its end.
  fileprivate mutating func appendText(_ text: String) {
    var utf8 = Array(text.utf8.prefix(Int(Int16.max)))
    while !utf8.isEmpty, utf8.count < text.utf8.count, utf8[utf8.count - 1] & 0xC0 == 0x80 { utf8.removeLast() }
    if utf8.count < text.utf8.count, let last = utf8.last, last >= 0xC0 { utf8.removeLast() }
    appendBigEndian(Int16(utf8.count))
    append(contentsOf: utf8)
  }
}
