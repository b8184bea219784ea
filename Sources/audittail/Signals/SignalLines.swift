import AuditModel
import AuditQuery
import AuditSignal
import AuditStore

/// Signals as lines.
struct SignalLines: Sendable {
  let format: RecordFormat
  let question: SignalQuestion

  private static let columns = [
    "start", "end", "tenant", "server", "tool", "status", "calls", "perSecond", "errors", "errorShare", "p50Ms",
    "p95Ms",
    "p99Ms", "minMs", "maxMs", "meanMs", "resultBytes",
  ]
  private static let heads: [(String, Int)] = [
    ("START", 20), ("TENANT", 12), ("SERVER", 16), ("TOOL", 24), ("CALLS", 9), ("PER SECOND", 10), ("ERRORS", 8),
    ("P50 MS", 9), ("P95 MS", 9), ("P99 MS", 9), ("BYTES", 10),
  ]

  var heading: String? {
    switch format {
    case .ndjson: nil
    case .csv: Self.columns.joined(separator: ",") + "\r\n"
    case .table: TextTable.row(Self.heads.map { ($0.0, $0.1) }, firstNumber: 4) + "\n"
    }
  }

  func time(_ micros: Int64) -> String { RecordTime(postgresMicroseconds: micros).rfc3339 }

  func line(_ tenant: TenantID, _ place: SignalTable.Place, _ figures: SignalFigures) -> String {
    switch format {
    case .ndjson: json(tenant, place, figures) + "\n"
    case .csv: cells(tenant, place, figures).map(Self.csv).joined(separator: ",") + "\r\n"
    case .table: table(tenant, place, figures) + "\n"
    }
  }

  private func end(_ place: SignalTable.Place) -> Int64 { question.step.map { place.at + $0 } ?? question.until }
  private func seconds(_ place: SignalTable.Place) -> Double { Double(end(place) - place.at) / 1e6 }

  private func cells(_ tenant: TenantID, _ place: SignalTable.Place, _ figures: SignalFigures) -> [String] {
    func milliseconds(_ nanoseconds: Int64?) -> String { nanoseconds.map { Self.number(Double($0) / 1e6, 3) } ?? "" }
    let share = figures.calls > 0 ? Double(figures.errorCount) / Double(figures.calls) : 0
    let timed = figures.sketch.count
    return [
      time(place.at), time(end(place)), tenant.name, place.key.server, place.key.tool, place.key.status,
      "\(figures.calls)", Self.number(Double(figures.calls) / seconds(place), 4), "\(figures.errorCount)",
      Self.number(share, 4), milliseconds(figures.quantile(0.5)), milliseconds(figures.quantile(0.95)),
      milliseconds(figures.quantile(0.99)), milliseconds(figures.durationMin), milliseconds(figures.durationMax),
      timed == 0 ? "" : Self.number(Double(figures.durationSum) / Double(timed) / 1e6, 3), "\(figures.resultBytes)",
    ]
  }

  /// A member that has no value is absent.
  private func json(_ tenant: TenantID, _ place: SignalTable.Place, _ figures: SignalFigures) -> String {
    let texts: Set = ["start", "end", "tenant", "server", "tool", "status"]
    var members = zip(Self.columns, cells(tenant, place, figures)).filter { !$0.1.isEmpty }.map { name, value in
      "\"\(name)\":\(texts.contains(name) ? RecordFormat.quoted(value) : value)"
    }
    let classes = ErrorClass.allCases.filter { figures[$0] > 0 }.map { "\"\($0.name)\":\(figures[$0])" }
    if !classes.isEmpty { members.append("\"errorsByClass\":{\(classes.joined(separator: ","))}") }
    return "{\(members.joined(separator: ","))}"
  }

  private func table(_ tenant: TenantID, _ place: SignalTable.Place, _ figures: SignalFigures) -> String {
    let all = cells(tenant, place, figures)
    let tool = place.key.status.isEmpty ? all[4] : "\(all[4]) \(all[5])"
    let shown = [all[0], all[2], all[3], tool, all[6], all[7], all[8], all[10], all[11], all[12], all[16]]
    return TextTable.row(zip(shown, Self.heads).map { ($0, $1.1) }, firstNumber: 4)
  }

  static func csv(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"\(cell.replacing("\"", with: "\"\""))\""
  }

  /// With at most so many decimals.
  static func number(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, value.magnitude * scale < 1e18 else { return "\(value)" }
    let scaled = Int64((value.magnitude * scale).rounded())
    let whole = scaled / Int64(scale)
    var rest = String(scaled % Int64(scale) + Int64(scale)).dropFirst()
    while rest.last == "0" { rest.removeLast() }
    return (value < 0 && scaled != 0 ? "-" : "") + (rest.isEmpty ? "\(whole)" : "\(whole).\(rest)")
  }
}

/// Aligned columns.
enum TextTable {
  /// - Parameters:
  ///   - cells: texts with the width that each may take.
  ///   - firstNumber: from this column on they stand at the right.
  static func row(_ cells: [(String, Int)], firstNumber: Int) -> String {
    var line = ""
    for (index, (text, width)) in cells.enumerated() {
      let shown = fitted(plain(text), width)
      let gap = String(repeating: " ", count: max(0, width - shown.count))
      line += (index > 0 ? " " : "") + (index >= firstNumber ? gap + shown : shown + gap)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  static func fitted(_ text: String, _ width: Int) -> String {
    text.count > width ? String(text.prefix(max(0, width - 1))) + "…" : text
  }

  /// What a terminal would take for a command becomes a dot.
  static func plain(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar in
        scalar.value < 32 || (127..<160).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
          || (0x2066...0x2069).contains(scalar.value) ? "·" : Character(scalar)
      })
  }
}
