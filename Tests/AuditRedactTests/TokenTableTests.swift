import Testing

@testable import AuditRedact

@Suite struct TokenTableTests {
  /// A token of a shape: its least lengths and a little more of the last class.
  private func sample(_ shape: TokenShape, _ generator: inout SeededGenerator) -> String {
    func part(_ segment: TokenShape.Segment, _ extra: Int) -> String {
      guard segment.literal.isEmpty else { return String(decoding: segment.literal, as: UTF8.self) }
      // Digits and a letter of the class, so that shapes which ask for both are met.
      let letters = segment.bytes.meets(.lower) ? "abcdefabcdef" : segment.bytes.meets(.upper) ? "ABCDEF" : ""
      let digits = segment.bytes.meets(.digit) ? "23456789" : ""
      return generator.text(segment.least + extra, from: letters + digits)
    }
    var text = shape.before.map { part($0, 0) } ?? ""
    text += String(decoding: shape.literal, as: UTF8.self)
    for (index, segment) in shape.tail.enumerated() { text += part(segment, index == shape.tail.count - 1 ? 4 : 0) }
    return text
  }

  @Test("Every shape is found in a sentence, in a path, in a URL and as a whole value")
  func everyShape() {
    var generator = SeededGenerator(seed: 11)
    for shape in RedactionRules.standard.shapes {
      let token = sample(shape, &generator)
      for text in ["we pasted \(token) here", "/tmp/\(token)/out", "https://h.example/x/\(token)", token, "(\(token))"]
      {
        let out = redactedText(text)
        #expect(!out.contains(token), "\(String(decoding: shape.literal, as: UTF8.self)): \(out)")
      }
    }
  }

  @Test("The table covers what public scanners know")
  func size() {
    #expect(TokenTable.rows.count > 130)
    #expect(Set(TokenTable.rows.map(\.vendor)).count == TokenTable.rows.count)
  }

  @Test(
    "Names that only begin like a token stay",
    arguments: [
      "task_force_alpha", "sk-learn-pipeline", "feature/test_pub_release", "api-d2b2e786de-tknix", "req_6a2822785035",
      "risk_assessment_2026", "live_update_enabled", "secret_santa", "pat.java", "key-value", "hf_dataset", "s.append",
      "EAAlignment", "npm_config_cache", "sl.no", "re_compile", "ghp_short", "AKIAS", "SKU-12345", "dapile",
      "npm_lifecycle_v2", "hf_model_v2", "xai-grok-4-fast", "pplx-70b-online", "sbp_readings", "gsk_vaccine_data",
      "ghs_amount_total", "dapiEndpoint", "pypi-mirror-1", "sk-learn-contrib", "ASIA-PACIFIC-2", "github_pat_required",
    ])
  func leavesNames(_ text: String) { #expect(redactedText("see \(text) now") == "see \(text) now") }
}
