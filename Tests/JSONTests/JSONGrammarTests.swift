import JSON
import Testing

@Suite struct JSONGrammarTests {
  @Test(
    "Valid documents are accepted",
    arguments: [
      "{}", "[]", " {} ", "\t\r\n[ ]\n", "null", "true", "false", "0", "-0", "-0.0", "1e5", "1E+5", "1e-5", "0.5e0",
      "123456789012345678901234567890", #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0041\uD83D\uDE00""#,
      #"{"a":1,"b":[true,false,null,{"c":"d"}]}"#, "[[[[[]]]]]", #"{"":0}"#, #"{"a":1,"a":2}"#, #"["\u0000"]"#,
      #"["\ud800"]"#, #"["\udc00\ud800"]"#, #"["\ud800\u0041"]"#, #"["\uD800\uD800\uDC00"]"#, "[1 , 2]",
      "{\"a\" : 1 , \"b\":2 }", "\"\u{7F}\"", "\"é€😀\"", "[-1]", "[0e1]", "[1,\n2]", "1e400", "-1.5E-9",
    ])
  func accepts(_ text: String) throws { _ = try scanned(text) }

  @Test(
    "Invalid documents are refused with the reason",
    arguments: [
      ("", .empty), (" \n", .empty),
      ("{", .truncated), ("[", .truncated), ("[1", .truncated), ("[1,", .truncated), (#"{"a"#, .truncated),
      (#"{"a""#, .truncated), (#"{"a":"#, .truncated), (#"{"a":1"#, .truncated), (#"{"a":1,"#, .truncated),
      ("tru", .truncated), ("-", .truncated), ("1.", .truncated), ("1e", .truncated), ("1e+", .truncated),
      (#""\"#, .truncated), (#""\u12"#, .truncated), (#""\ud800\u"#, .truncated),
      ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("[1 2]", .unexpectedByte), ("{1:2}", .unexpectedByte),
      (#"{"a" 1}"#, .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte), (#"{"a":}"#, .unexpectedByte),
      (#"{,"a":1}"#, .unexpectedByte), ("[1}", .unexpectedByte), (#"{"a":1]"#, .unexpectedByte),
      ("truu", .unexpectedByte), ("True", .unexpectedByte), ("NaN", .unexpectedByte), ("+1", .unexpectedByte),
      (".5", .unexpectedByte), ("'a'", .unexpectedByte), ("// a", .unexpectedByte), ("[1}", .unexpectedByte),
      ("01", .badNumber), ("-01", .badNumber), ("1.e5", .badNumber), ("-a", .badNumber), ("1e+a", .badNumber),
      (#""\x41""#, .badEscape), (#""\u00g0""#, .badEscape), (#""\U0041""#, .badEscape),
      ("\"\u{1}\"", .controlCharacter), ("\"a\nb\"", .controlCharacter), ("\"\t\"", .controlCharacter),
      ("{}{}", .trailingBytes), ("1 2", .trailingBytes), ("[] x", .trailingBytes), ("nullx", .trailingBytes),
      ("\u{FEFF}{}", .unexpectedByte), ("{\u{A0}}", .unexpectedByte), ("\u{0C}1", .unexpectedByte),
    ] as [(String, JSONError.Reason)])
  func refuses(_ text: String, _ reason: JSONError.Reason) { #expect(refusal(text) == reason) }

  @Test("Every proper prefix of a document is cut off, not garbage")
  func prefixesAreTruncated() {
    let text = Array(#"{"a":[1.5e-3,true,null,"é\u00e9\n😀"],"b":{"c":{}}}"#.utf8)
    for count in 1..<text.count {
      #expect(refusal(Array(text[..<count])) == .truncated, "prefix of \(count) bytes")
    }
  }

  @Test(
    "Bytes that are no UTF-8 are refused wherever they stand",
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80],
      [0xFF], [0xFE], [0xC2, 0x41], [0xE2, 0x82, 0x41], [0xF0, 0x9F, 0x98, 0x41], [0xE2, 0x28, 0xA1],
    ] as [[UInt8]])
  func refusesInvalidUTF8(_ bad: [UInt8]) {
    for padding in 0..<17 {
      let filler = [UInt8](repeating: UInt8(ascii: "x"), count: padding)
      #expect(refusal([0x22] + filler + bad + filler + [0x22]) == .invalidUTF8)
    }
  }

  @Test("Every scalar value is accepted and decodes to itself")
  func everyScalar() throws {
    var tape = JSONTape()
    for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 13) {
      guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
      let bytes = Array("\"a\(scalar)\"".utf8)
      try tape.scan(bytes.span)
      var decoded: [UInt8] = []
      tape.decodeString(tape.tokens[0], in: bytes.span, into: &decoded)
      #expect(decoded == Array("a\(scalar)".utf8))
      #expect(tape.flags.contains(.nonASCII) == (value > 0x7F))
    }
  }

  @Test("Nesting is refused beyond the limit and accepted up to it")
  func depthLimit() throws {
    let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
    #expect(try scanned(deep(64)).depth == 64)
    #expect(refusal(deep(65)) == .tooDeep)
    #expect(refusal(deep(10_000)) == .tooDeep)
    #expect(refusal(Array(repeating: UInt8(ascii: "["), count: 1 << 20)) == .tooDeep)
    _ = try scanned(deep(10_000), depthMax: 10_000)
    #expect(refusal(Array("[1,2,3]".utf8), tokensMax: 3) == .tooManyTokens)
  }

  @Test("A tape that threw scans the next document as a new one does")
  func reuseAfterThrow() throws {
    var tape = JSONTape()
    for bad in [#"{"a":{"b":[1,"#, "[[[[", #"{"k":1,"k":2,"x":"\u0000" !"#, #""\ud800"#, "[1e999999"] {
      let bytes = Array(bad.utf8)
      #expect(throws: JSONError.self) { try tape.scan(bytes.span) }
      #expect(tape.tokens.isEmpty && tape.flags.isEmpty && tape.depth == 0)
      let good = Array(#"{"k":[1]}"#.utf8)
      try tape.scan(good.span)
      #expect(tape.tokens.map(\.kind) == [.object, .string, .array, .number])
      #expect(tape.tokens.map(\.next) == [4, 2, 4, 4])
      #expect(tape.flags.isEmpty && tape.depth == 2)
    }
  }
}
