import Testing

@testable import AuditConfig

@Suite struct NearestNameTests {
  @Test(
    "The distance counts insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abd", 1), ("abc", "acb", 1),
      ("abc", "ac", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
  func distance(left: String, right: String, expected: Int) {
    #expect(editDistance(Array(left.utf8), Array(right.utf8)) == expected)
    #expect(editDistance(Array(right.utf8), Array(left.utf8)) == expected)
  }

  @Test(
    "An unknown key finds the one that was meant",
    arguments: [
      ("databse", "database"), ("data-dir", "data_dir"), ("dataDir", "data_dir"),
      ("limits.batchRows", "limits.batch_rows"),
      ("batch_rows", "limits.batch_rows"), ("limit", "limits"),
      ("limits.statement_timeout", "postgres.statement_timeout"),
      ("retention.keeps", "retention.keep"), ("collector.namespacepattern", "collector.namespace_pattern"),
      ("loglevel", "log.level"),
    ])
  func nearest(unknown: String, expected: String) {
    #expect(nearestName(to: unknown, among: SettingScope.installation.validNames) == expected)
  }

  @Test("A name that is near to nothing gets no suggestion", arguments: ["x", "webhooks", "zzzzzzzzzzzz", ""])
  func nothingNear(unknown: String) {
    #expect(nearestName(to: unknown, among: SettingScope.installation.validNames) == nil)
  }
}
