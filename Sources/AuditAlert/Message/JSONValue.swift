import JSON

/// A small JSON document as a tree: messages are read into it, and written from it. Numbers keep their spelling.
package indirect enum JSONValue: Sendable, Hashable {
  case string(String)
  case number(String)
  case bool(Bool)
  case null
  case array([JSONValue])
  case object([Member])

  package struct Member: Sendable, Hashable {
    package let name: String
    package let value: JSONValue
  }

  /// An object of the members that have a value, in this order.
  static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
  }

  static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }
  static func count(_ count: some BinaryInteger) -> JSONValue { .number("\(count)") }

  /// Nil where the text is no JSON.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    var tape = JSONTape(findsDuplicates: false)
    do { try tape.scan(bytes.span) } catch { return nil }
    self.init(tape, 0, bytes)
  }

  private init(_ tape: JSONTape, _ index: Int, _ bytes: [UInt8]) {
    let token = tape.tokens[index]
    func string(_ index: Int) -> String {
      var out: [UInt8] = []
      tape.decodeString(tape.tokens[index], in: bytes.span, unrepresentable: .replaced, into: &out)
      return String(decoding: out, as: UTF8.self)
    }
    switch token.kind {
    case .string: self = .string(string(index))
    case .number: self = .number(String(decoding: bytes[token.range], as: UTF8.self))
    case .true: self = .bool(true)
    case .false: self = .bool(false)
    case .null: self = .null
    case .array:
      var elements: [JSONValue] = []
      tape.forEachElement(of: index) { elements.append(JSONValue(tape, $0, bytes)) }
      self = .array(elements)
    case .object:
      var members: [Member] = []
      tape.forEachMember(of: index) { key, value in
        members.append(Member(name: string(key), value: JSONValue(tape, value, bytes)))
      }
      self = .object(members)
    }
  }

  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var int: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }
  package var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }

  /// The members whose values are texts.
  package var texts: [(name: String, value: String)] {
    guard case .object(let members) = self else { return [] }
    return members.compactMap { member in member.value.string.map { (member.name, $0) } }
  }

  package var text: String {
    var out: [UInt8] = []
    write(into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private func write(into out: inout [UInt8]) {
    switch self {
    case .string(let text): writeString(Array(text.utf8).span, into: &out)
    case .number(let text): out += text.utf8
    case .bool(let value): out += (value ? "true" : "false").utf8
    case .null: out += "null".utf8
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        element.write(into: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        writeString(Array(member.name.utf8).span, into: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(into: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }
}
