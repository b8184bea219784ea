import AuditModel
import Testing

@Suite("A span that another one follows")
struct SourceSpanTests {
  private func span(_ from: Int64, _ to: Int64, last: Int64?, gap: Int64 = 0) -> SourceSpan {
    SourceSpan(
      source: SourceID(1), from: SourcePosition(from), to: SourcePosition(to), lines: 1, pending: [], lastBlock: last,
      gap: gap > 0 ? SourceGap(byteCount: gap, isLeast: false) : nil)
  }

  @Test("ends where the other one ends, and knows what was read last")
  func plain() {
    #expect(span(0, 5, last: 1).followed(by: span(5, 9, last: 2)).lastBlock == 2)
    #expect(span(0, 5, last: 1).followed(by: span(5, 9, last: 2, gap: 3)).lastBlock == 2)
  }

  @Test("knows what was read before its gap for as long as nothing is read behind it")
  func gap() {
    #expect(span(0, 9, last: 1, gap: 4).followed(by: span(9, 9, last: 1)).lastBlock == 1)
    // A piece of the spool that read nothing says what stands before its place, and that is the gap.
    #expect(span(0, 9, last: nil, gap: 4).followed(by: span(9, 9, last: 7)).lastBlock == nil)
    #expect(span(0, 9, last: 1, gap: 4).followed(by: span(9, 12, last: 2)).lastBlock == nil)
    #expect(span(0, 9, last: 1, gap: 4).followed(by: span(9, 12, last: 2)).gap?.byteCount == 4)
  }
}
