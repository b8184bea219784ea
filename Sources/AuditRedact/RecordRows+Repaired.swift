import AuditModel
import JSON

/// Records that hold what PostgreSQL refuses: a string with U+0000 or a lone surrogate (SQLSTATE 22P05, 22P02) or a number that
/// numeric cannot hold (22003). See `RecordMarks.escaped` and `RecordMarks.numberAsText` for what becomes of them. They are rare, so
/// clarity goes before speed.
extension RecordRows {
  static func writeRepairedValues(
    _ record: borrowing ParsedRecord, _ tape: borrowing JSONTape, _ line: Span<UInt8>, _ server: [UInt8]?,
    _ redactor: inout Redactor, _ out: inout [UInt8]
  ) {
    let marks = record.marks
    for column in 0..<TextColumn.count {
      let token = Int(record.texts[column])
      guard token >= 0 else {
        if column == TextColumn.server.rawValue, let server { out.appendText(server) } else { out.appendNull() }
        continue
      }
      var json: [UInt8] = []
      redactor.redactValue(token, key: token - 1, tape: tape, line: line, into: &json)
      out.appendText(decoded(repaired(json, marks)))
    }
    if record.args >= 0 {
      var json: [UInt8] = []
      redactor.redactValue(Int(record.args), key: Int(record.args) - 1, tape: tape, line: line, into: &json)
      out.appendText(repaired(json, marks))
    } else {
      out.appendNull()
    }
    guard !record.extra.isEmpty else { return out.appendNull() }
    var json: [UInt8] = [UInt8(ascii: "{")]
    for index in record.extra.indices {
      if index > 0 { json.append(UInt8(ascii: ",")) }
      redactor.redactMember(key: Int(record.extra[index]), tape: tape, line: line, into: &json)
    }
    json.append(UInt8(ascii: "}"))
    out.appendText(repaired(json, marks))
  }

  static func repaired(_ json: [UInt8], _ marks: RecordMarks) -> [UInt8] {
    let escaped = marks.contains(.escaped) ? escapedOnceMore(json) : json
    return marks.contains(.numberAsText) ? hugeNumbersQuoted(escaped) : escaped
  }

  /// JSON text in which the numbers that numeric cannot hold are strings of the same spelling.
  static func hugeNumbersQuoted(_ json: [UInt8]) -> [UInt8] {
    var tape = JSONTape()
    guard (try? tape.scan(json.span)) != nil else { return json }
    var out: [UInt8] = []
    var copied = 0
    for token in tape.tokens where token.flags.contains(.hugeNumber) {
      out.append(contentsOf: json[copied..<token.range.lowerBound])
      out.append(UInt8(ascii: "\""))
      out.append(contentsOf: json[token.range])
      out.append(UInt8(ascii: "\""))
      copied = token.range.upperBound
    }
    out.append(contentsOf: json[copied...])
    return out
  }

  /// JSON text in which every backslash of a string's value is doubled and what PostgreSQL refuses is spelled out.
  static func escapedOnceMore(_ json: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(json.count + 64)
    var at = 0
    while at < json.count {
      guard json[at] == UInt8(ascii: "\\"), at + 1 < json.count else {
        out.append(json[at])
        at += 1
        continue
      }
      guard json[at + 1] == UInt8(ascii: "u"), let unit = unit(json, at) else {
        // `\\` is the only short escape that stands for a backslash.
        out.append(contentsOf: json[at..<at + 2])
        if json[at + 1] == UInt8(ascii: "\\") { out.append(contentsOf: #"\\"#.utf8) }
        at += 2
        continue
      }
      let next = Self.unit(json, at + 6)
      if (0xD800..<0xDC00).contains(unit), let next, (0xDC00..<0xE000).contains(next) {
        out.append(contentsOf: json[at..<at + 12])
        at += 12
        continue
      }
      switch unit {
      case 0x5C: out.append(contentsOf: #"\\\\"#.utf8)
      case 0, 0xD800..<0xE000: out.append(contentsOf: [UInt8(ascii: "\\")] + json[at..<at + 6])
      default: out.append(contentsOf: json[at..<at + 6])
      }
      at += 6
    }
    return out
  }

  /// The code unit of a `\u` escape at `at`; nil where there is none.
  private static func unit(_ json: [UInt8], _ at: Int) -> UInt32? {
    guard at + 6 <= json.count, json[at] == UInt8(ascii: "\\"), json[at + 1] == UInt8(ascii: "u") else { return nil }
    return UInt32(String(decoding: json[at + 2..<at + 6], as: UTF8.self), radix: 16)
  }

  /// What a text column holds of a JSON value: a string's own text, otherwise the JSON.
  private static func decoded(_ json: [UInt8]) -> [UInt8] {
    var tape = JSONTape()
    guard json.first == UInt8(ascii: "\""), (try? tape.scan(json.span)) != nil else { return json }
    var text: [UInt8] = []
    tape.decodeString(tape.tokens[0], in: json.span, into: &text)
    return text
  }
}

extension [UInt8] {
  mutating func appendText(_ text: [UInt8]) {
    let length = beginField()
    append(contentsOf: text)
    endField(length)
  }
}
