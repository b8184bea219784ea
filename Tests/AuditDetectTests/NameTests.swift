import AuditDetect
import Testing

@Suite struct NameTests {
  @Test("The same text is the same name, and another text is another one")
  func names() {
    var table = NameTable()
    let first = table.intern("read_file")
    #expect(table.intern("read_file") == first)
    #expect(table.intern("read_files") != first)
    #expect(table.text(first) == "read_file")
    #expect(table.intern("").isNone)
  }
}
