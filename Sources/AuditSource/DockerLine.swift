import AuditModel
import JSON

/// One line of docker's json-file log: `{"log":"…\n","stream":"stdout","attrs":{…},"time":"RFC 3339"}` (moby,
/// daemon/logger/jsonfilelog). A `log` without a final line feed is a fragment: there is no other sign of one. All fragments of a line
/// carry the time of the first.
///
/// `attrs`, the labels that docker was told to write, is let go: it says the same in every line, and what the container is called
/// stands in its path.
struct DockerLine {
  let stream: OutputStream
  let time: RecordTime
  let isPartial: Bool
  private let log: JSONToken

  /// - Returns: nil where the bytes are no such line, whole and valid; they are then a line as they stand.
  init?(_ line: Span<UInt8>, tape: inout JSONTape) {
    guard (try? tape.scan(line)) != nil,
      let log = Self.string("log", line, tape), let name = Self.string("stream", line, tape),
      let text = Self.string("time", line, tape), !text.flags.has(.hasEscapes),
      let time = RecordTime(rfc3339: line.extracting(text.range))
    else { return nil }
    if tape.string(name, in: line, equals: "stdout") {
      stream = .stdout
    } else if tape.string(name, in: line, equals: "stderr") {
      stream = .stderr
    } else {
      return nil
    }
    self.log = log
    self.time = time
    isPartial = !Self.endsWithNewline(log, line)
  }

  /// Appends what the container wrote, its escapes undone once and its line feed taken off.
  func appendContent(of line: Span<UInt8>, to out: inout [UInt8]) {
    log.decode(in: line, unrepresentable: .replaced, into: &out)
    if !isPartial { out.removeLast() }
  }

  /// The driver writes `log` first. A line that only looks like one is scanned twice, nothing more.
  static func looksLikeOne(_ line: Span<UInt8>) -> Bool {
    line.count >= 40 && line[0] == UInt8(ascii: "{") && line[1] == UInt8(ascii: "\"") && line[2] == UInt8(ascii: "l")
      && line[3] == UInt8(ascii: "o") && line[4] == UInt8(ascii: "g") && line[5] == UInt8(ascii: "\"")
  }

  private static func string(_ name: StaticString, _ line: Span<UInt8>, _ tape: JSONTape) -> JSONToken? {
    guard tape.tokens.first?.kind == .object, let index = tape.member(of: 0, named: name, in: line) else { return nil }
    let token = tape.tokens[index]
    return token.kind == .string ? token : nil
  }

  /// Whether the decoded text ends with a line feed, however that is escaped: `\n` or `\u000a`.
  private static func endsWithNewline(_ log: JSONToken, _ line: Span<UInt8>) -> Bool {
    let text = line.extracting(log.range)
    let count = text.count
    // Inside a string a line feed is always escaped.
    if count >= 2, text[count - 1] == UInt8(ascii: "n") { return isEscape(at: count - 2, text) }
    guard count >= 6, text[count - 1] | 0x20 == UInt8(ascii: "a"), text[count - 2] == UInt8(ascii: "0"),
      text[count - 3] == UInt8(ascii: "0"), text[count - 4] == UInt8(ascii: "0"), text[count - 5] == UInt8(ascii: "u")
    else { return false }
    return isEscape(at: count - 6, text)
  }

  /// Whether the backslash at `index` begins an escape: an even number of them stands before it.
  private static func isEscape(at index: Int, _ text: Span<UInt8>) -> Bool {
    var at = index
    while at >= 0, text[at] == UInt8(ascii: "\\") { at -= 1 }
    return (index - at) % 2 == 1
  }
}
