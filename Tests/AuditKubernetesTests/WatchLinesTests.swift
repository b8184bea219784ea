import Testing

@testable import AuditKubernetes

@Suite("The lines of a watch")
struct WatchLinesTests {
  @Test("It does not matter where the network cuts them", arguments: 0..<100 as Range<UInt64>)
  func cuts(_ seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let lines = (0..<30).map { _ in
      [UInt8](repeating: UInt8(ascii: "a") + UInt8(random.next() % 26), count: 1 + Int(random.next() % 12))
    }
    let bytes = lines.flatMap { $0 + [10] } + Array("rest".utf8)
    var framer = WatchLines(bytesMax: 10)
    var got: [[UInt8]] = []
    var at = 0
    while at < bytes.count {
      let end = min(bytes.count, at + 1 + Int(random.next() % 20))
      framer.take(bytes[at..<end]) { line in got.append(Array(line.indices.map { line[$0] })) }
      at = end
    }
    #expect(got == lines.filter { $0.count <= 10 })
    #expect(framer.skipped == lines.count { $0.count > 10 })
  }

  @Test("Blank lines are none, and one without an end takes no more room than the limit")
  func endless() {
    var framer = WatchLines(bytesMax: 1000)
    var count = 0
    for _ in 0..<100 { framer.take([UInt8](repeating: 120, count: 500)) { _ in count += 1 } }
    framer.take(Array("\n\n{}\n".utf8)) { _ in count += 1 }
    #expect(count == 1 && framer.skipped == 1)
  }
}
