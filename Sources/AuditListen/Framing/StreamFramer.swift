package import AuditModel
import Glibc

/// Cuts a byte stream into lines: NDJSON, and syslog by newlines or with octets counted (RFC 6587, both ways, mixed as they come).
///
/// With `auto` each message says by its beginning what it is: digits, a blank and `<` count octets; `<` begins a syslog line; everything
/// else is a line of its own. What looks like syslog and is none stays a line as it stands, and whoever parses it says why it is no
/// record. A value: it does no I/O and holds at most one line that is still open.
package struct StreamFramer: Sendable {
  private enum State {
    case between
    /// Digits that may be an octet count; they are in `pending`.
    case count(Int)
    /// The count and its blank were seen; `<` has to follow.
    case counted(Int)
    /// Up to a newline.
    case line
    /// So many bytes of a counted message are still to come.
    case body(Int)
  }

  private let framing: ListenAddress.Framing
  private let lineBytesMax: Int
  private var state = State.between
  private var pending: [UInt8] = []
  private var isOverlong = false

  package init(framing: ListenAddress.Framing, lineBytesMax: Int) {
    self.framing = framing
    self.lineBytesMax = lineBytesMax
  }

  /// Bytes of the line that is still open.
  package var pendingBytes: Int { pending.count }
  package var isInLine: Bool { if case .between = state { false } else { true } }

  /// - Parameter now: see `SyslogHeader`.
  package mutating func feed(_ bytes: Span<UInt8>, now: RecordTime, into batch: inout LineBatch) {
    var at = 0
    while at < bytes.count {
      switch state {
      case .between: at = begin(bytes, at)
      case .count(let value): at = count(bytes, at, value)
      case .counted(let value): confirm(bytes, at, value)
      case .line: at = line(bytes, at, now, &batch)
      case .body(let missing): at = body(bytes, at, missing, now, &batch)
      }
    }
  }

  /// The stream is over. A line that only its newline is missing of is whole; `isCut` says that something ended it in the middle.
  package mutating func finish(isCut: Bool, now: RecordTime, into batch: inout LineBatch) {
    guard isInLine else { return }
    var isCut = isCut
    if case .body = state { isCut = true }
    let nothing: [UInt8] = []
    emit(nothing.span, isCut: isCut, now, &batch)
  }

  // MARK: The states

  private mutating func begin(_ bytes: Span<UInt8>, _ at: Int) -> Int {
    let byte = bytes[at]
    // Between messages blanks, line ends and the NUL that some senders end with mean nothing.
    if byte == 0x0A || byte == 0x0D || byte == 0 || byte == 0x20 { return at + 1 }
    if framing != .ndjson, byte.isASCIIDigit, byte != UInt8(ascii: "0") {
      state = .count(0)
    } else {
      state = .line
    }
    return at
  }

  private mutating func count(_ bytes: Span<UInt8>, _ at: Int, _ value: Int) -> Int {
    let byte = bytes[at]
    if byte.isASCIIDigit, pending.count < 9 {
      pending.append(byte)
      state = .count(value * 10 + Int(byte &- 0x30))
      return at + 1
    }
    guard byte == 0x20 else {
      state = .line
      return at
    }
    pending.append(byte)
    state = .counted(value)
    return at + 1
  }

  private mutating func confirm(_ bytes: Span<UInt8>, _ at: Int, _ value: Int) {
    guard bytes[at] == UInt8(ascii: "<") else {
      state = .line
      return
    }
    pending.removeAll(keepingCapacity: true)
    state = .body(value)
  }

  private mutating func line(_ bytes: Span<UInt8>, _ at: Int, _ now: RecordTime, _ batch: inout LineBatch) -> Int {
    guard let newline = bytes.newline(from: at) else {
      keep(bytes.extracting(at..<bytes.count))
      return bytes.count
    }
    emit(bytes.extracting(at..<newline), isCut: false, now, &batch)
    return newline + 1
  }

  private mutating func body(
    _ bytes: Span<UInt8>, _ at: Int, _ missing: Int, _ now: RecordTime, _ batch: inout LineBatch
  ) -> Int {
    let taken = min(missing, bytes.count - at)
    let part = bytes.extracting(at..<at + taken)
    if taken == missing {
      emit(part, isCut: false, now, &batch)
    } else {
      keep(part)
      state = .body(missing - taken)
    }
    return at + taken
  }

  // MARK: Lines

  private mutating func keep(_ part: Span<UInt8>) {
    let room = lineBytesMax - pending.count
    if part.count > room { isOverlong = true }
    let kept = part.extracting(0..<max(0, min(room, part.count)))
    kept.withUnsafeBufferPointer { pending.append(contentsOf: $0) }
  }

  /// Ends the open line with its last bytes.
  private mutating func emit(_ last: Span<UInt8>, isCut: Bool, _ now: RecordTime, _ batch: inout LineBatch) {
    if pending.isEmpty, last.count <= lineBytesMax {
      append(last, isCut: isCut, now, &batch)
    } else {
      keep(last)
      append(pending.span, isCut: isCut || isOverlong, now, &batch)
      // An idle connection holds no buffer.
      pending = []
    }
    isOverlong = false
    state = .between
  }

  private func append(_ whole: Span<UInt8>, isCut: Bool, _ now: RecordTime, _ batch: inout LineBatch) {
    var end = whole.count
    while end > 0, whole[end - 1] == 0x0D || whole[end - 1] == 0x0A || whole[end - 1] == 0 { end -= 1 }
    let line = whole.extracting(0..<end)
    guard end > 0 else { return }
    if framing != .ndjson, line[0] == UInt8(ascii: "<"), let header = SyslogHeader(line, now: now) {
      let message = line.extracting(header.messageStart..<end)
      if !message.isEmpty { batch.append(message, time: header.time, isCut: isCut) }
    } else {
      batch.append(line, isCut: isCut)
    }
  }
}

extension StreamFramer {
  /// A datagram is one message, or several lines where a sender packed them.
  package static func datagram(
    _ bytes: Span<UInt8>, framing: ListenAddress.Framing, lineBytesMax: Int, isCut: Bool, now: RecordTime,
    into batch: inout LineBatch
  ) {
    // Syslog in a datagram is never counted, and its message may hold newlines (RFC 5426).
    if framing != .ndjson, !bytes.isEmpty, bytes[0] == UInt8(ascii: "<") {
      var framer = StreamFramer(framing: framing, lineBytesMax: lineBytesMax)
      framer.state = .body(bytes.count)
      framer.feed(bytes, now: now, into: &batch)
      if isCut { batch.markLastCut() }
      return
    }
    var framer = StreamFramer(framing: .ndjson, lineBytesMax: lineBytesMax)
    framer.feed(bytes, now: now, into: &batch)
    framer.finish(isCut: isCut, now: now, into: &batch)
  }
}

extension Span where Element == UInt8 {
  fileprivate func newline(from start: Int) -> Int? {
    withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, let found = memchr(base + start, 0x0A, buffer.count - start) else {
        return nil
      }
      return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }
  }
}
