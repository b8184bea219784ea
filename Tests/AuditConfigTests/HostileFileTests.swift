import AuditConfig
import Testing

@Suite struct HostileFileTests {
  private static let sample = """
    database: postgresql://u:CANARY@h/db
    collector: {name: "n\\u00e9", files: [/a/*, '/b/*'], tenant: acme}
    limits:
      batch_rows: 100
      batch_age: &age 1s
    tenants: {acme: {retention: {keep: 365d}}}
    """

  /// What YAML gives a meaning to, and some bytes that it refuses.
  private static let pieces = [
    ":", ": ", "-", "- ", "{", "}", "[", "]", ",", "&a ", "*a", "!", "!!int ", "|", ">", "'", "\"", "#", "%", "@", "`",
    "?", "? ", "\n", "\t", "  ", "---\n", "...\n", "\u{0}", "\u{1B}", "\u{85}", "\u{FEFF}", "\\x", "<<: ", "ü", "\r",
  ]

  @Test("A damaged file is answered, not trapped on, and its password is in no answer", arguments: [UInt64(3), 4, 5])
  func damaged(seed: UInt64) {
    var generator = SplitMix(state: seed)
    for _ in 0..<1000 {
      var text = Array(Self.sample.unicodeScalars)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        let length = min(Int.random(in: 0...3, using: &generator), text.count - place)
        let piece = Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
        text.replaceSubrange(place..<(place + length), with: piece.unicodeScalars)
      }
      var yaml = String.UnicodeScalarView()
      yaml.append(contentsOf: text)
      let (configuration, problems) = loader(String(yaml)).examine(file: "audittail.yaml")
      // Damage inside the URL's own value can make part of the password look like a host; that is no concern here.
      guard String(yaml).contains("postgresql://u:CANARY@h/db") else { continue }
      let words = configuration.explain().map(\.description) + problems.map(\.description)
      for word in words { #expect(!word.contains("CANARY"), "seed \(seed): \(String(yaml).debugDescription)") }
      for problem in problems { #expect(!problem.description.contains("\u{1B}")) }
    }
  }
}
