import Foundation
import JSON
import Testing

/// Mutated audit lines through this scanner and through Foundation's, which must agree on what is JSON.
@Suite struct JSONDifferentialTests {
  private static let lines = [
    #"{"timestamp":"2026-01-02T03:04:05.678Z","tool":"read_file","userId":"u-1","args":{"path":"/a b","n":-1.5e3}}"#,
    #"{"a":["x\n\u00e9",true,false,null,{"b":{"c":[]}}],"d":0.25,"e":"é😀","f":"\ud83d\ude00"}"#,
    #"[{"k":"v","n":[1,22,333]},"\"quoted\\"]"#,
  ].map { Array($0.utf8) }
  private static let inserts =
    Array(#"{}[]",:\0123456789eE+-.truefalsn u/"#.utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF]

  private func foundationAccepts(_ bytes: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil
  }

  @Test("Mutated lines are JSON for this scanner exactly when they are for Foundation", arguments: [20_260_725])
  func agreesWithFoundation(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var tape = JSONTape()
    var disagreements: [String] = []
    for _ in 0..<200_000 {
      var bytes = Self.lines.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(Self.inserts.randomElement(using: &generator)!, at: place)
        case 2: bytes.removeSubrange(place...)
        default: bytes[place] = Self.inserts.randomElement(using: &generator)!
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      var failure: JSONError?
      do { try tape.scan(bytes.span) } catch { failure = error }
      if (failure == nil) != foundationAccepts(bytes), !isKnownDifference(bytes, tape, failure) {
        disagreements.append("\(String(describing: failure)): \(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect(disagreements.isEmpty, "seed \(seed): \(disagreements.count), \(disagreements.prefix(5))")
  }

  /// Foundation refuses lone surrogates and numbers beyond a double, and accepts a comma after the last member.
  private func isKnownDifference(_ bytes: [UInt8], _ tape: JSONTape, _ failure: JSONError?) -> Bool {
    if let failure {
      guard failure.reason == .unexpectedByte, "]}".utf8.contains(bytes[failure.offset]) else { return false }
      return bytes[..<failure.offset].last { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: ",")
    }
    if tape.flags.contains(.hasLoneSurrogate) || tape.flags.contains(.hugeNumber) { return true }
    return tape.tokens.contains { token in
      token.kind == .number && !(Double(String(decoding: bytes[token.range], as: UTF8.self))?.isFinite ?? false)
    }
  }
}
