import JSON
import Testing

@Suite struct JSONTapeTests {
  @Test("Tokens carry the offsets and the order of the document")
  func offsets() throws {
    let text = Array(#" {"a": [1, "b\n"], "c":{} } "#.utf8)
    let tape = try scanned(text)
    let spelled = tape.tokens.map { String(decoding: text[$0.outerRange], as: UTF8.self) }
    #expect(spelled == [#"{"a": [1, "b\n"], "c":{} }"#, #""a""#, #"[1, "b\n"]"#, "1", #""b\n""#, #""c""#, "{}"])
    #expect(tape.tokens.map(\.next) == [7, 2, 5, 4, 5, 6, 7])
    #expect(tape.depth == 2)
    var members: [[Int]] = []
    tape.forEachMember(of: 0) { members.append([$0, $1]) }
    #expect(members == [[1, 2], [5, 6]])
    var elements: [Int] = []
    tape.forEachElement(of: 2) { elements.append($0) }
    #expect(elements == [3, 4])
    #expect(tape.member(of: 0, named: "c", in: text.span) == 6)
    #expect(tape.member(of: 0, named: "b", in: text.span) == nil)
    #expect(tape.member(of: 2, named: "b", in: text.span) == nil)
  }

  @Test(
    "Flags tell what a reader has to look at",
    arguments: [
      (#""plain""#, []), (#""a\tb""#, .hasEscapes), (#""é""#, .nonASCII), (#""\u0000""#, [.hasEscapes, .hasNUL]),
      (#""\\u0000""#, .hasEscapes), (#""\ud83d\ude00""#, .hasEscapes),
      (#""\ud83d""#, [.hasEscapes, .hasLoneSurrogate]), (#""\ude00""#, [.hasEscapes, .hasLoneSurrogate]),
      (#""\ud83d\ud83d\ude00""#, [.hasEscapes, .hasLoneSurrogate]),
      ("1e131071", []), ("1e131072", .hugeNumber), ("1e200000", .hugeNumber), ("1e-16383", []),
      ("1e-16384", .hugeNumber), ("1e-20000", .hugeNumber), ("1e400", []), ("12e131071", .hugeNumber),
      ("1.5e-16383", .hugeNumber), ("1e99999999999999999999", .hugeNumber), ("1e-99999999999999999999", .hugeNumber),
    ] as [(String, JSONFlags)])
  func flags(_ text: String, _ flags: JSONFlags) throws {
    let tape = try scanned("[\(text)]")
    #expect(tape.tokens[1].flags == flags)
    #expect(tape.flags == flags)
  }

  @Test(
    "A key that repeats is flagged on its later places, however it is spelled",
    arguments: [
      (#"{"a":1,"b":2}"#, []), (#"{"a":1,"a":2}"#, [3]), (#"{"a":1,"\u0061":2,"a":3}"#, [3, 5]),
      (#"{"a":{"a":1},"b":{"a":1}}"#, []), (#"{"é":1,"\u00e9":2}"#, [3]), (#"{"😀":1,"\ud83d\ude00":2}"#, [3]),
      (#"{"\ud800":1,"\ud800":2}"#, [3]), (#"{"/":1,"\/":2}"#, [3]), (#"{"":1,"":2}"#, [3]), (#"{"ab":1,"ba":2}"#, []),
      (#"[{"a":1},{"a":2}]"#, []), (#"{"x":{"k":1,"k":2},"x":[]}"#, [5, 7]),
    ] as [(String, [Int])])
  func duplicates(_ text: String, _ later: [Int]) throws {
    let tape = try scanned(text)
    #expect(tape.tokens.indices.filter { tape.tokens[$0].flags.contains(.duplicateKey) } == later)
    #expect(tape.flags.contains(.duplicateKey) == !later.isEmpty)
  }

  @Test("Duplicates are found in objects of any size, in linear time")
  func manyKeys() throws {
    for count in [5, 16, 17, 100, 200_000] {
      var text = "{"
      for index in 0..<count { text += "\"key\(index)\":0," }
      text += "\"k\\u0065y\(count / 2)\":1}"
      let tape = try scanned(text)
      let flagged = tape.tokens.indices.filter { tape.tokens[$0].flags.contains(.duplicateKey) }
      #expect(flagged == [count * 2 + 1])
    }
    let equal = "{" + repeatElement("\"k\":0", count: 100_000).joined(separator: ",") + "}"
    let tape = try scanned(equal)
    #expect(tape.tokens.filter { $0.flags.contains(.duplicateKey) }.count == 99_999)
  }

  @Test(
    "Strings decode to UTF-8, and what text cannot hold is spelled out",
    arguments: [
      (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{c}\n\r\tz"), (#""\u0041\u00e9\u20AC\ud83d\ude00é""#, "Aé€😀é"),
      (#""\u0000""#, #"\u0000"#), (#""x\ud83dy""#, #"x\ud83dy"#), (#""\uDE00\ud83d\ude00""#, #"\ude00😀"#), (#""""#, ""),
    ])
  func decodes(_ text: String, _ expected: String) throws {
    let bytes = Array(text.utf8)
    let tape = try scanned(bytes)
    var out: [UInt8] = []
    tape.decodeString(tape.tokens[0], in: bytes.span, into: &out)
    #expect(String(decoding: out, as: UTF8.self) == expected)
  }

  @Test("What text cannot hold can also be replaced")
  func replaces() throws {
    let bytes = Array(#""a\u0000b\ud83dc""#.utf8)
    let tape = try scanned(bytes)
    var out: [UInt8] = []
    tape.decodeString(tape.tokens[0], in: bytes.span, unrepresentable: .replaced, into: &out)
    #expect(String(decoding: out, as: UTF8.self) == "a\u{FFFD}b\u{FFFD}c")
  }

  @Test("A key equals a name however it is escaped, and never a longer or shorter one")
  func keyEquality() throws {
    for (text, isTool) in [
      (#""tool""#, true), (#""t\u006fol""#, true), (#""tools""#, false), (#""too""#, false), (#""t\u006f""#, false),
      (#""\u0074\u006f\u006f\u006c\u0073""#, false), (#""Tool""#, false), (#""""#, false),
    ] {
      let bytes = Array(text.utf8)
      let tape = try scanned(bytes)
      #expect(tape.key(at: 0, in: bytes.span, equals: "tool") == isTool, "\(text)")
    }
  }

  @Test("What is written escaped reads back as it was")
  func roundTrip() throws {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("ab\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}é€😀 ")
    for length in 0..<400 {
      let text = String((0..<length % 40).map { _ in alphabet.randomElement(using: &generator)! })
      let utf8 = Array(text.utf8)
      var out: [UInt8] = []
      writeString(utf8.span, into: &out)
      let tape = try scanned(out)
      var decoded: [UInt8] = []
      tape.decodeString(tape.tokens[0], in: out.span, unrepresentable: .replaced, into: &decoded)
      let expected = text.replacing("\0", with: "\u{FFFD}")
      #expect(String(decoding: decoded, as: UTF8.self) == expected)
    }
  }

  @Test(
    "A number times a power of ten is exact or nothing",
    arguments: [
      ("12.345", 6, 12_345_000), ("0", 0, 0), ("-0.0", 3, 0), ("0e999999999999", 0, 0), ("1e3", 0, 1000),
      ("0.5", 0, nil), ("0.50", 1, 5), ("1500e-3", 0, nil), ("1500e-2", 0, 15),
      ("1.0000000000000000000000000000", 0, 1),
      ("100000000000000000000000e-20", 0, 1000), ("9223372036854775807", 0, .max), ("9223372036854775808", 0, nil),
      ("-9223372036854775808", 0, .min), ("-9223372036854775809", 0, nil), ("1e19", 0, nil), ("1e-19", 19, 1),
      ("1e-19", 18, nil), ("0.0000001", 6, nil), ("-1.5", 1, -15), ("1e99999999999", 0, nil),
      ("1e-99999999999", 0, nil),
    ] as [(String, Int, Int64?)])
  func decimals(_ text: String, _ scale: Int, _ expected: Int64?) throws {
    let bytes = Array(text.utf8)
    let tape = try scanned(bytes)
    #expect(tape.decimal(tape.tokens[0], in: bytes.span, scale: scale) == expected)
  }
}
