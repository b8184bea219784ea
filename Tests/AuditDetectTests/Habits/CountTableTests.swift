@testable import AuditDetect
import Testing

@Suite struct CountTableTests {
  private static func key(_ number: Int) -> UInt32 { CountTable.key(Name("k\(number)").hash, isLong: false) }

  @Test("Small counts are exact, and large ones within a third", arguments: [1, 17, 128, 1000, 20_000])
  func counts(times: Int) {
    var table = CountTable(bucketsMax: 4)
    for _ in 0..<times { table.add(Self.key(1)) }
    let count = table.count(Self.key(1))
    if times <= 128 {
      #expect(count == Double(times))
    } else {
      #expect(abs(count - Double(times)) < Double(times) / 3)
    }
    #expect(table.count(Self.key(2)) == 0)
  }

  @Test("It never has more entries than its buckets, and keeps what is met often")
  func bounded() {
    var table = CountTable(bucketsMax: 4)
    for round in 0..<200 {
      for often in 0..<20 { table.add(Self.key(often)) }
      for rare in 0..<20 { table.add(Self.key(1000 + round * 20 + rare)) }
    }
    #expect(table.entries.count == 4 * CountTable.ways)
    #expect((0..<20).allSatisfy { table.count(Self.key($0)) > 100 })
  }

  @Test("A long key makes room for the others")
  func long() {
    var table = CountTable(bucketsMax: 1)
    for number in 0..<16 { table.add(CountTable.key(Name("l\(number)").hash, isLong: true)) }
    for number in 0..<16 { table.add(Self.key(number)) }
    #expect((0..<16).allSatisfy { table.count(Self.key($0)) == 1 })
  }
}
