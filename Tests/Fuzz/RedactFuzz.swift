import AuditRedact
import JSON

/// libFuzzer's entry point: whatever the bytes are, the redactor survives them, valid JSON stays valid, redacting twice
/// changes nothing, and a token planted in them never survives. `Tests/Fuzz/run.sh` builds and runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRedactor(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  var redactor = Redactor()
  let once = redacted(input, &redactor)
  if isJSON(input) { precondition(isJSON(once), "valid JSON became invalid") }
  precondition(redacted(once, &redactor) == once, "redacting twice changed something")

  guard let first = input.first else { return 0 }
  let token = Array("ghp_x7Kq2Vt9Lm4Rz8Wp1Yb6Nc3Jd5Hf0Gs".utf8)
  var planted = input
  planted.insert(contentsOf: token, at: Int(first) % (input.count + 1))
  let out = redacted(planted, &redactor)
  precondition(!contains(out, token), "a planted token survived")
  return 0
}

private func redacted(_ line: [UInt8], _ redactor: inout Redactor) -> [UInt8] {
  var out: [UInt8] = []
  redactor.redactLine(line.span, into: &out)
  return out
}

private func isJSON(_ bytes: [UInt8]) -> Bool {
  var tape = JSONTape(depthMax: 512)
  return (try? tape.scan(bytes.span)) != nil
}

private func contains(_ bytes: [UInt8], _ token: [UInt8]) -> Bool {
  guard bytes.count >= token.count else { return false }
  return (0...bytes.count - token.count).contains { bytes[$0..<$0 + token.count].elementsEqual(token) }
}
