import JSON

@testable import AuditRedact

/// One line through a fresh redactor.
func redacted(_ line: String, rules: RedactionRules = .standard) -> String {
  var redactor = Redactor(rules: rules)
  return redacted(line, &redactor)
}

func redacted(_ line: String, _ redactor: inout Redactor) -> String {
  var out: [UInt8] = []
  redactor.redactLine(Array(line.utf8).span, into: &out)
  return String(decoding: out, as: UTF8.self)
}

/// A text as the value of an innocent argument, and what became of it, decoded.
func redactedText(_ text: String) -> String {
  var line: [UInt8] = Array(#"{"tool":"t","args":{"note":"#.utf8)
  writeString(Array(text.utf8).span, into: &line)
  line += Array("}}".utf8)
  var redactor = Redactor()
  var out: [UInt8] = []
  redactor.redactLine(line.span, into: &out)
  var tape = JSONTape()
  do { try tape.scan(out.span) } catch { return "not JSON: \(String(decoding: out, as: UTF8.self))" }
  guard let args = tape.member(of: 0, named: "args", in: out.span), tape.tokens[args].kind == .object,
    let note = tape.member(of: args, named: "note", in: out.span)
  else { return "no note: \(String(decoding: out, as: UTF8.self))" }
  var decoded: [UInt8] = []
  tape.decodeString(tape.tokens[note], in: out.span, into: &decoded)
  return String(decoding: decoded, as: UTF8.self)
}

func isJSON(_ bytes: [UInt8]) -> Bool {
  var tape = JSONTape(depthMax: 512)
  return (try? tape.scan(bytes.span)) != nil
}

/// SplitMix64, so that a seed prints and repeats.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func text(_ count: Int, from alphabet: String) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in letters.randomElement(using: &self)! })
  }
}

let alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
