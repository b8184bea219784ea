import AuditModel
import JSON

/// Lines of PostgreSQL's pgaudit: `AUDIT: ` and CSV, behind whatever log_line_prefix says, or in a line of jsonlog. A statement may
/// hold line feeds and goes over several lines then.
///
///     AUDIT: type,statement id,substatement id,class,command,object type,object name,statement,parameter
extension DialectReader {
  mutating func readPostgres(
    _ text: [UInt8], messageAt start: Int, _ context: Context, _ open: inout OpenEvents
  ) -> Bool {
    guard let fields = Self.csv(text[start...]) else {
      guard open.document == nil, text.count < open.limits.documentBytesMax else { return false }
      open.document = OpenDocument(csv: text.span, context.place, now: context.now)
      return true
    }
    guard fields.count >= 8 else { return false }
    var canonical = Canonical(.pgaudit)
    canonical.needsNoTime = true
    let prefix = text[..<start]
    if let time = Self.leadingTime(text) { canonical.put(.time, time.rfc3339) }
    canonical.put(.user, text: Self.user(prefix))
    write(fields, &canonical)
    emit(canonical, context.place)
    return true
  }

  /// A line of jsonlog (PostgreSQL 15), whose message it is.
  mutating func readPostgresJSON(_ line: Int, _ context: Context) -> Bool {
    guard let message = document.text(document.value("message", of: line)), message.starts(with: "AUDIT: ".utf8),
      let fields = Self.csv(message[7...]), fields.count >= 8
    else { return false }
    var canonical = Canonical(.pgaudit)
    canonical.needsNoTime = true
    if let time = document.text(document.value("timestamp", of: line)), let moment = Self.leadingTime(time) {
      canonical.put(.time, moment.rfc3339)
    }
    canonical.put(.user, text: document.text(document.value("user", of: line)))
    canonical.put(.address, text: document.text(document.value("remote_host", of: line)))
    canonical.put(.session, text: document.text(document.value("session_id", of: line)))
    write(fields, &canonical)
    canonical.keepMembers(of: line, in: document, except: ["message", "user", "remote_host", "session_id"])
    emit(canonical, context.place)
    return true
  }

  private func write(_ fields: [[UInt8]], _ canonical: inout Canonical) {
    canonical.put(.tool, text: fields[4])
    canonical.put(.event, text: fields[3])
    var arguments: [UInt8] = Array("{\"statement\":".utf8)
    writeString(Array(String(decoding: fields[7], as: UTF8.self).utf8).span, into: &arguments)
    if fields.count > 8, !["<not logged>", "<none>", ""].contains(String(decoding: fields[8], as: UTF8.self)) {
      arguments += Array(",\"parameters\":".utf8)
      writeString(Array(String(decoding: fields[8], as: UTF8.self).utf8).span, into: &arguments)
    }
    arguments.append(UInt8(ascii: "}"))
    canonical.put(.args, json: arguments[...])
    for (name, value) in zip(["auditType", "statementId", "substatementId"], fields) {
      canonical.keep(name, String(decoding: value, as: UTF8.self))
    }
    for (name, index) in [("objectType", 5), ("objectName", 6)] where !fields[index].isEmpty {
      canonical.keep(name, String(decoding: fields[index], as: UTF8.self))
    }
  }

  /// The user of a prefix that says `user=ada` or `ada@shop`.
  private static func user(_ prefix: ArraySlice<UInt8>) -> [UInt8]? {
    let fields = TextFields(prefix[...])
    if let user = fields["user"] { return Array(user.prefix { $0 != UInt8(ascii: ",") }) }
    for word in prefix.split(separator: 32) {
      guard let at = word.firstIndex(of: UInt8(ascii: "@")), at > word.startIndex, at + 1 < word.endIndex else {
        continue
      }
      return Array(word[..<at])
    }
    return nil
  }

  /// The fields of one CSV row; nil where a quotation mark is open at its end.
  private static func csv(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
    var isQuoted = false
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      at += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        if at < text.endIndex, text[at] == UInt8(ascii: "\"") {
          field.append(byte)
          at += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\""), field.isEmpty {
        isQuoted = true
      } else if byte == UInt8(ascii: ",") {
        fields.append(field)
        field = []
      } else {
        field.append(byte)
      }
    }
    if isQuoted { return nil }
    fields.append(field)
    return fields
  }
}
