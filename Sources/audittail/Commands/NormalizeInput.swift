import AuditListen
import AuditModel

/// How the lines of an input are framed: where it is not by lines alone, this cuts it into lines. A value without I/O.
struct NormalizeInput {
  private enum State {
    /// What it is will be told by its first bytes.
    case unknown
    /// Lines, whatever stands around each.
    case lines
    case syslog(StreamFramer)
    case forward(ForwardReader)
    /// One message of OTLP in protobuf, as far as it came; without a name, lines if it turns out to be none.
    case protobuf(isNamed: Bool)
  }

  /// What a piece of an input turned out to be.
  enum Piece {
    /// Bytes for the framing by lines.
    case bytes([UInt8])
    case batch(LineBatch)
  }

  private var state: State
  private let limits: ListenLimits
  private var held: [UInt8] = []
  /// The clock: RFC 3164 does not tell the year.
  private let now: RecordTime
  /// So many bytes tell every framing apart.
  private static let headBytes = 16

  init(_ framing: InputFraming, limits: ListenLimits, now: RecordTime) {
    self.limits = limits
    self.now = now
    state =
      switch framing {
      case .auto, .otlp: .unknown
      case .ndjson, .cri, .docker: .lines
      case .syslog: .syslog(StreamFramer(framing: .auto, lineBytesMax: limits.lineBytesMax))
      case .forward: .forward(ForwardReader(limits: limits))
      }
    isOTLP = framing == .otlp
  }

  private let isOTLP: Bool

  /// - Throws: `CommandFailure` where the rest cannot be read; what was read before it is in `pieces`.
  mutating func take(_ bytes: [UInt8], isAtEnd: Bool, into pieces: inout [Piece]) throws(CommandFailure) {
    var bytes = bytes
    if case .unknown = state {
      held += bytes
      guard isAtEnd || held.count >= Self.headBytes else { return }
      (bytes, held) = (held, [])
      state = kind(of: bytes)
    }
    var batch = LineBatch()
    switch state {
    case .unknown, .lines:
      pieces.append(.bytes(bytes))
    case .syslog(var framer):
      framer.feed(bytes.span, now: now, into: &batch)
      if isAtEnd { framer.finish(isCut: false, now: now, into: &batch) }
      state = .syslog(framer)
      pieces.append(.batch(batch))
    case .forward(var reader):
      defer { state = .forward(reader) }
      do throws(ForwardReader.Problem) {
        defer { pieces.append(.batch(batch)) }
        try reader.feed(bytes, into: &batch)
      } catch {
        throw CommandFailure(.noInput, "Standard input is no Fluent Forward from \(error).")
      }
      if isAtEnd, reader.isInMessage {
        throw CommandFailure(.noInput, "Standard input ends in the middle of a Fluent Forward message.")
      }
    case .protobuf(let isNamed):
      held += bytes
      if isAtEnd || held.count > limits.inflatedBytesMax { try endProtobuf(isNamed, &pieces) }
    }
  }

  private mutating func endProtobuf(_ isNamed: Bool, _ pieces: inout [Piece]) throws(CommandFailure) {
    let whole = held
    held = []
    state = .lines
    do throws(OTLPRequest.Problem) {
      guard whole.count <= limits.inflatedBytesMax else {
        throw OTLPRequest.Problem(sentence: "It has more than \(limits.inflatedBytesMax) bytes.")
      }
      pieces.append(.batch(try OTLPRequest(protobuf: whole).lines))
    } catch {
      guard isNamed else { return pieces.append(.bytes(whole)) }
      throw CommandFailure(.noInput, "Standard input is no OTLP: \(error.sentence)")
    }
  }

  private func kind(of head: [UInt8]) -> State {
    let first = head.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    if isOTLP {
      // A byte order mark, a list or an object: JSON.
      return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == 0xEF || first == nil
        ? .lines : .protobuf(isNamed: true)
    }
    if ForwardReader.looksLikeOne(head) { return .forward(ForwardReader(limits: limits)) }
    let digits = head.prefix { $0.isASCIIDigit }.count
    if digits > 0, head.dropFirst(digits).starts(with: [0x20, UInt8(ascii: "<")]) {
      return .syslog(StreamFramer(framing: .auto, lineBytesMax: limits.lineBytesMax))
    }
    return Self.mayBeProtobuf(head) ? .protobuf(isNamed: false) : .lines
  }

  /// The first field, its length, and the tag of one of the three fields that it may have. A blank line and an indented document look
  /// alike; then decoding it decides.
  private static func mayBeProtobuf(_ head: [UInt8]) -> Bool {
    guard head.first == 0x0A else { return false }
    var at = 1
    while at < head.count, at < 6, head[at] & 0x80 != 0 { at += 1 }
    guard at + 1 < head.count else { return false }
    return head[at + 1] == 0x0A || head[at + 1] == 0x12 || head[at + 1] == 0x1A
  }
}
