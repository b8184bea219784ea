import AuditModel
import JSON

extension Finding {
  /// The finding as one JSON object (`schemas/finding.v1.json`), without a line end.
  package var json: String {
    var out: [UInt8] = []
    put("{\"detector\":", detector.rawValue, &out)
    put(",\"at\":", at.rfc3339, &out)
    put(",\"tenant\":", tenant.name, &out)
    out.append(contentsOf: ",\"subject\":{".utf8)
    var isFirst = true
    for (name, text) in [
      ("actor", subject.actor), ("user", subject.user), ("client", subject.client), ("tool", subject.tool),
      ("session", subject.session), ("server", subject.server), ("team", subject.team), ("address", subject.address),
    ] {
      guard let text else { continue }
      put("\(isFirst ? "" : ",")\"\(name)\":", text, &out)
      isFirst = false
    }
    put("},\"window\":{\"start\":", windowStart.rfc3339, &out)
    put(",\"end\":", windowEnd.rfc3339, &out)
    out.append(contentsOf: "},\"score\":\(Self.number(score))".utf8)
    put(",\"severity\":", severity.rawValue, &out)
    put(",\"summary\":", summary, &out)
    out.append(contentsOf: ",\"evidence\":".utf8)
    evidence.write(to: &out)
    if isLate { out.append(contentsOf: ",\"late\":true".utf8) }
    if isShadow { out.append(contentsOf: ",\"shadow\":true".utf8) }
    out.append(UInt8(ascii: "}"))
    return String(decoding: out, as: UTF8.self)
  }

  private func put(_ before: String, _ text: String, _ out: inout [UInt8]) {
    out.append(contentsOf: before.utf8)
    let bytes = Array(text.utf8)
    writeString(bytes.span, into: &out)
  }

  /// JSON has no infinities; four digits behind the point are as much as a model knows.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value < 0 ? "-999999" : "999999" }
    let rounded = (value * 10_000).rounded() / 10_000
    if rounded == rounded.rounded(), abs(rounded) < 1e15 { return "\(Int64(rounded))" }
    return "\(rounded)"
  }
}

extension Evidence {
  /// The evidence as one JSON object.
  package var json: String {
    var out: [UInt8] = []
    write(to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  fileprivate func write(to out: inout [UInt8]) {
    var separator = "{"
    func put(_ name: String, _ value: String) {
      out.append(contentsOf: "\(separator)\"\(name)\":\(value)".utf8)
      separator = ","
    }
    if let baseline { put("baseline", Finding.number(baseline)) }
    if let observed { put("observed", Finding.number(observed)) }
    if let unit { put("unit", Self.quoted(unit)) }
    if let probability { put("probability", probability.isFinite ? "\(probability)" : "0") }
    for (name, value) in more {
      switch value {
      case .number(let number): put(name, Finding.number(number))
      case .text(let text): put(name, Self.quoted(text))
      case .texts(let texts): put(name, "[\(texts.map(Self.quoted).joined(separator: ","))]")
      }
    }
    if !records.isEmpty {
      put("records", "[\(records.prefix(Self.recordsMax).map { "\"\($0)\"" }.joined(separator: ","))]")
    }
    out.append(contentsOf: (separator == "{" ? "{}" : "}").utf8)
  }

  private static func quoted(_ text: String) -> String {
    var out: [UInt8] = []
    let bytes = Array(text.utf8)
    writeString(bytes.span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }
}
