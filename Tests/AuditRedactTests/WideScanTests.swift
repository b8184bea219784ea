import CStringScan
import JSON
import Testing

@testable import AuditRedact

/// The two ways to find the places of a text that are worth a look lead to the same findings. On a processor that has only
/// one of them both are that one.
@Suite struct WideScanTests {
  private static let fragments = [
    "password=", "pwd: ", "ghp_x7Kq2Vt9Lm4Rz8Wp1Yb6Nc3Jd5Hf0Gs", "AKIA", "4111 1111 1111 1111",
    "DE89370400440532013000",
    "a.b@c.example", "https://u:p4ss@h/x?token=abc123def456", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abcdefghijkl",
    "--token ",
    "-p", " mysql ", "cGFzc3dvcmQ9aHVudGVyMjIyMg==", "68656c6c6f20776f726c64", "%41", "\\u0041", "&quot;", "пароль: ",
    "：", "密码=", "é", "123-45-6789", "+1 415 555 2671", "abc123", "ab12cd34", "order-66 ", "' ", "\"",
    "<password>x1y2</password>",
    "the carrier lost a parcel in transit ", "a", " ", "\n", ",", ";", "[REDACTED:key.password]", "Bearer ", "sk-",
    "s.",
  ]

  @Test("Sixty-four bytes at a time find what one at a time finds", arguments: [1, 2, 3] as [UInt64])
  func sameFindings(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var wide = Redactor()
    var narrow = Redactor()
    narrow.usesWideScan = false
    for _ in 0..<3_000 {
      let count = Int.random(in: 1...24, using: &generator)
      var text = Array((0..<count).map { _ in Self.fragments.randomElement(using: &generator)! }.joined().utf8)
      if Bool.random(using: &generator) { text[Int.random(in: text.indices, using: &generator)] = 0xEF }
      var first: [UInt8] = []
      wide.redactText(text.span, into: &first)
      var second: [UInt8] = []
      narrow.redactText(text.span, into: &second)
      #expect(first == second, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
      #expect(wide.hits == narrow.hits, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("Every literal and every byte that a scanner looks at is a place worth a look, wherever it stands")
  func nothingIsMissed() {
    let tables = RedactionRules.standard.tables
    guard tables.wide.isPossible else { return }
    for shape in RedactionRules.standard.shapes {
      for offset in [0, 1, 61, 62, 63, 64, 100, 127] {
        let text = [UInt8](repeating: 0x20, count: offset) + shape.literal
        var state = WideScan.State()
        var found = false
        for place in stride(from: 0, to: text.count, by: 64) {
          let places = tables.wide.places(text.span, place, text.count, &state)
          if place <= offset, offset < place + 64 { found = places >> UInt64(offset - place) & 1 == 1 }
        }
        #expect(found, "\(String(decoding: shape.literal, as: UTF8.self)) at \(offset)")
      }
    }
  }
}
