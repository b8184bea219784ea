import AuditModel
import JSON

/// How records leave: one JSON object a line, comma-separated values (RFC 4180), or aligned columns for a terminal.
package enum RecordFormat: String, Sendable, CaseIterable {
  case table, ndjson, csv

  /// The line before the first record, or nothing.
  package var heading: String? {
    switch self {
    case .ndjson: nil
    case .csv: Self.csvColumns.joined(separator: ",") + "\r\n"
    case .table:
      Self.row(["TIME", "TENANT", "ACTOR", "TOOL", "STATUS", "MS", "ARGUMENTS"]) + "\n"
    }
  }

  package func line(_ record: StoredRecord) -> String {
    switch self {
    case .ndjson: Self.json(record) + "\n"
    case .csv: Self.csv(record)
    case .table:
      Self.row([
        record.position.time.rfc3339, record.position.tenant.name, record.actor ?? "-", record.texts[.tool] ?? "-",
        record.texts[.status] ?? "-", record.duration.map(Self.milliseconds) ?? "-",
        record.texts[.error].map { "\($0)  \(record.args ?? "")" } ?? record.args ?? "",
      ]) + "\n"
    }
  }

  private static let widths = [30, 12, 18, 22, 8, 8]

  private static func row(_ cells: [String]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let shown = String(cell.map { $0.isNewline || $0.asciiValue.map { $0 < 32 || $0 == 127 } == true ? "·" : $0 })
      if index < widths.count {
        line +=
          shown.count >= widths[index]
          ? String(shown.prefix(widths[index] - 1)) + "… "
          : shown
            + String(repeating: " ", count: widths[index] - shown.count) + " "
      } else {
        line += shown.count > 160 ? String(shown.prefix(159)) + "…" : shown
      }
    }
    return line
  }

  /// Nanoseconds as milliseconds, exactly: `12.345`.
  package static func milliseconds(_ nanoseconds: Int64) -> String {
    let fraction = nanoseconds % 1_000_000
    if fraction == 0 { return "\(nanoseconds / 1_000_000)" }
    var digits = "\(1_000_000 + fraction)".dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(nanoseconds / 1_000_000).\(digits)"
  }

  private static func json(_ record: StoredRecord) -> String {
    var out: [UInt8] = []
    func put(_ name: String, raw: String?) {
      guard let raw else { return }
      out.append(out.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
      out.append(contentsOf: "\"\(name)\":".utf8)
      out.append(contentsOf: raw.utf8)
    }
    func put(_ name: String, text: String?) { put(name, raw: text.map(quoted)) }
    put("id", text: record.position.id.description)
    put("tenant", text: record.position.tenant.name)
    put("time", text: record.position.time.rfc3339)
    put("tool", text: record.texts[.tool])
    put("server", text: record.texts[.server])
    put("actor", text: record.actor)
    for column in TextColumn.allCases where column != .tool && column != .server {
      // The case's name is the glossary's word.
      put("\(column)", text: record.texts[column])
    }
    put("durationMs", raw: record.duration.map(milliseconds))
    put("resultBytes", raw: record.resultBytes.map { "\($0)" })
    put("args", raw: record.args)
    put("extra", raw: record.extra)
    put("redactions", raw: record.redactions)
    put("marks", raw: record.marks.isEmpty ? nil : "[\(record.marks.map(quoted).joined(separator: ","))]")
    put("dialect", text: Dialect(rawValue: record.dialect)?.name)
    put("namespace", text: record.place?.namespace)
    put("pod", text: record.place?.pod)
    put("container", text: record.place?.container)
    put("node", text: record.place?.node)
    put("labels", raw: record.place?.labels)
    put("source", raw: "{\"number\":\(record.source.number),\"offset\":\(record.offset)}")
    out.append(UInt8(ascii: "}"))
    return String(decoding: out, as: UTF8.self)
  }

  /// A JSON string.
  package static func quoted(_ text: String) -> String {
    var out: [UInt8] = []
    writeString(Array(text.utf8).span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static let csvColumns = [
    "time", "id", "tenant", "actor", "user", "client", "tool", "server", "session", "status", "error", "durationMs",
    "resultBytes", "args", "extra", "namespace", "pod", "container", "node",
  ]

  private static func csv(_ record: StoredRecord) -> String {
    let cells: [String?] = [
      record.position.time.rfc3339, record.position.id.description, record.position.tenant.name, record.actor,
      record.texts[.user], record.texts[.client], record.texts[.tool], record.texts[.server], record.texts[.session],
      record.texts[.status], record.texts[.error], record.duration.map(milliseconds),
      record.resultBytes.map { "\($0)" },
      record.args, record.extra, record.place?.namespace, record.place?.pod, record.place?.container,
      record.place?.node,
    ]
    return cells.map { csvCell($0 ?? "") }.joined(separator: ",") + "\r\n"
  }

  /// A cell in quotes where it has to be. One that a spreadsheet would run as a formula gets a quote mark before it (OWASP, "CSV
  /// Injection"): what stands in an audit line comes from outside.
  private static func csvCell(_ text: String) -> String {
    var cell = text
    if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) { cell = "'" + text }
    let needsQuotes = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }
}
