import AuditConfig
import AuditModel
import AuditQuery
import AuditStore
import JSON

/// What a collector said of itself, as `status` prints it.
struct CollectorWords {
  private let report: CollectorReport
  private let bytes: [UInt8]
  private let tape: JSONTape

  init(_ report: CollectorReport) {
    self.report = report
    bytes = Array(report.state.utf8)
    tape = Self.scan(bytes)
  }

  /// Made by another version it may be anything; then there is less to say.
  private static func scan(_ bytes: [UInt8]) -> JSONTape {
    var tape = JSONTape()
    try? tape.scan(bytes.span)
    return tape
  }

  var ndjson: String {
    let state = tape.tokens.first?.kind == .object && bytes.count > 2 ? "," + report.state.dropFirst().dropLast() : ""
    return "{\"collector\":\(RecordFormat.quoted(report.name)),\"reported\":\"\(report.reportedAt.rfc3339)\"\(state)}\n"
  }

  var table: String {
    var text = "collector \(report.name), as of \(StatusCommand.ago(report.reportedAt))\n"
    guard tape.tokens.first?.kind == .object else { return text }
    if let spool = member("spool", of: 0) { text += "  spool       \(spoolWords(spool))\n" }
    if let listening = member("listening", of: 0) { text += "  listening   \(listeningWords(listening))\n" }
    return text
  }

  private func spoolWords(_ spool: Int) -> String {
    var text = "\(ByteCount(number("bytes", of: spool))) of \(ByteCount(number("bytesMax", of: spool)))"
    let pieces = number("pieces", of: spool)
    text += pieces == 0 ? ", nothing waits" : ", \(pieces.counted("piece")) wait"
    if pieces == 1 { text += "s" }
    if let oldest = RecordTime(rfc3339: Array(self.text("oldest", of: spool).utf8).span) {
      text += ", the oldest came \(StatusCommand.ago(oldest))"
    }
    let refused = number("refused", of: spool)
    if refused > 0 { text += "; \(refused.counted("submission")) found no room" }
    let failures = number("failures", of: spool)
    if failures > 0 { text += "; the disk failed \(failures.counted("time"))" }
    let damaged = number("damagedSegments", of: spool)
    if damaged > 0 {
      text +=
        "; \(damaged.counted("segment")) damaged, \(number("damagedBytes", of: spool).counted("byte")) and "
        + "\(number("lostPieces", of: spool).counted("piece")) lost"
    }
    guard let tenants = member("tenants", of: spool), tape.tokens[tenants].kind == .array else { return text }
    tape.forEachElement(of: tenants) { tenant in
      text += "\n              \(self.text("tenant", of: tenant)): \(number("rows", of: tenant).counted("row")), "
      text += "\(ByteCount(number("bytes", of: tenant)))"
    }
    return text
  }

  private func listeningWords(_ listening: Int) -> String {
    var urls: [String] = []
    if let addresses = member("addresses", of: listening), tape.tokens[addresses].kind == .array {
      tape.forEachElement(of: addresses) { urls.append(string($0)) }
    }
    var text = urls.joined(separator: ", ")
    text +=
      "\n              \(number("open", of: listening).counted("connection")) open of "
      + "\(number("connections", of: listening)), \(number("refused", of: listening)) refused"
    text += ", \(number("lines", of: listening).counted("line")) taken"
    for (name, words) in [
      ("malformed", "unreadable"), ("full", "times no room"), ("datagramsLost", "datagrams lost"),
      ("linesCut", "lines cut"),
    ] {
      let count = number(name, of: listening)
      if count > 0 { text += ", \(count) \(words)" }
    }
    return text
  }

  // MARK: The object

  private func member(_ name: String, of object: Int) -> Int? {
    var found: Int?
    guard tape.tokens[object].kind == .object else { return nil }
    tape.forEachMember(of: object) { key, value in
      if string(key) == name { found = value }
    }
    return found
  }

  private func number(_ name: String, of object: Int) -> Int {
    member(name, of: object).flatMap { Int(String(decoding: bytes[tape.tokens[$0].range], as: UTF8.self)) } ?? 0
  }

  private func text(_ name: String, of object: Int) -> String { member(name, of: object).map(string) ?? "" }

  private func string(_ token: Int) -> String {
    var text: [UInt8] = []
    tape.decodeString(tape.tokens[token], in: bytes.span, into: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
