import Glibc
import Testing

@testable import AuditRedact

@Suite struct RulesReferenceTests {
  @Test("schemas/redaction-rules.md is made from the tables; AUDITTAIL_TEST_WRITE_REFERENCE=1 writes it anew")
  func reference() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/schemas/redaction-rules.md"
    let text = RulesReference.markdown
    if getenv("AUDITTAIL_TEST_WRITE_REFERENCE") != nil {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
      close(descriptor)
    }
    let file = try #require(fopen(path, "r"), "no \(path)")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: text.utf8.count + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    // Not the texts themselves: a failure would print both.
    let isCurrent = text.utf8.elementsEqual(bytes[..<count])
    #expect(isCurrent, "the tables have changed since it was written")
  }

  @Test("Every rule and every vendor stands in the reference")
  func complete() {
    let text = RulesReference.markdown
    for rule in BuiltInRule.allCases { #expect(text.contains("| `\(rule.name)` |")) }
    for row in TokenTable.rows { #expect(text.contains("| `token.\(row.vendor)` |")) }
  }
}
