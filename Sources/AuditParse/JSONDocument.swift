import AuditModel
import JSON

/// A scanned document together with its bytes. Values are named by their token's index, as in the tape.
struct JSONDocument: Sendable {
  var bytes: [UInt8] = []
  var tape = JSONTape()

  init() {}

  /// - Returns: nil where the text is no JSON document.
  init?(_ text: [UInt8]) {
    bytes = text
    guard (try? tape.scan(text.span)) != nil else { return nil }
  }

  func kind(_ value: Int) -> JSONKind { tape.tokens[value].kind }
  func isObject(_ value: Int?) -> Bool { value.map { kind($0) == .object } ?? false }
  func isArray(_ value: Int?) -> Bool { value.map { kind($0) == .array } ?? false }
  func isString(_ value: Int?) -> Bool { value.map { kind($0) == .string } ?? false }
  func isTrue(_ value: Int?) -> Bool { value.map { kind($0) == .true } ?? false }

  /// A value's own text, quotes included.
  func json(_ value: Int) -> ArraySlice<UInt8> { bytes[tape.tokens[value].outerRange] }

  /// The value under a name, the last one of several; nil where it is absent or null.
  func value(_ name: StaticString, of object: Int? = 0) -> Int? {
    guard let object, let value = tape.member(of: object, named: name, in: bytes.span), kind(value) != .null else {
      return nil
    }
    return value
  }

  /// The first that is there.
  func value(_ names: [StaticString], of object: Int? = 0) -> Int? {
    for name in names { if let value = value(name, of: object) { return value } }
    return nil
  }

  func isText(_ string: Int?, _ text: StaticString) -> Bool {
    guard let string, kind(string) == .string else { return false }
    return tape.tokens[string].isText(in: bytes.span, text)
  }

  /// What a string says, or how a number or a literal is spelled; nil for anything else and for an empty string.
  func text(_ value: Int?) -> [UInt8]? {
    guard let value else { return nil }
    let token = tape.tokens[value]
    switch token.kind {
    case .object, .array, .null: return nil
    case .number, .true, .false: return Array(bytes[token.range])
    case .string:
      var text: [UInt8] = []
      tape.decodeString(token, in: bytes.span, unrepresentable: .replaced, into: &text)
      return text.isEmpty ? nil : text
    }
  }

  func string(_ value: Int?) -> String? { text(value).map { String(decoding: $0, as: UTF8.self) } }

  /// A whole number, also where it stands in a string, as 64-bit integers do in OTLP/JSON.
  func integer(_ value: Int?, scale: Int = 0) -> Int64? {
    guard let value else { return nil }
    switch kind(value) {
    case .number: return tape.scaled(tape.tokens[value], in: bytes.span, scale: scale)
    case .string: return text(value).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
    case .object, .array, .true, .false, .null: return nil
    }
  }

  func time(_ value: Int?) -> RecordTime? { value.flatMap { RecordTime($0, in: tape, bytes.span) } }

  func forEachMember(of object: Int?, _ body: (_ key: Int, _ value: Int) -> Void) {
    guard let object, kind(object) == .object else { return }
    tape.forEachMember(of: object, body)
  }

  func elements(of array: Int?) -> [Int] {
    guard let array, kind(array) == .array else { return [] }
    var elements: [Int] = []
    tape.forEachElement(of: array) { elements.append($0) }
    return elements
  }
}
