import AuditModel
import Foundation
import Testing

@testable import audittail

@Suite("Lines of every dialect that something went wrong with")
struct HostileLineTests {
  /// SplitMix64: the same bytes for the same seed.
  private struct Random {
    var state: UInt64
    mutating func next(below bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ z >> 31) % UInt64(bound))
    }
  }

  private static func examples() throws -> [UInt8] {
    try Dialect.allCases.filter { $0 != .mapped }.flatMap {
      [UInt8](try Data(contentsOf: Normalizing.schemas.appending(path: "examples/\($0.name).valid.log")))
    }
  }

  @Test(
    "are records or rejected lines, each of them valid JSON that fits the schema", arguments: 0..<12 as Range<UInt64>)
  func mutated(seed: UInt64) throws {
    var random = Random(state: seed)
    var input = try Self.examples()
    for _ in 0..<(20 + Int(seed) * 40) {
      let place = random.next(below: input.count)
      switch random.next(below: 4) {
      case 0: input[place] = UInt8(random.next(below: 256))
      case 1: input.remove(at: place)
      case 2: input.insert(Array("{}[]\",:\\\n0=".utf8)[random.next(below: 11)], at: place)
      default: input.removeSubrange(place..<min(input.count, place + random.next(below: 40)))
      }
    }
    let schema = try SchemaCheck(Normalizing.schemas.appending(path: "record.v1.json"))
    let lines = try Normalizing.lines(input)
    #expect(!lines.isEmpty)
    for line in lines where Normalizing.reason(line) == nil {
      #expect(schema.faults(line).isEmpty, "seed \(seed): \(schema.faults(line)) \(line)")
    }
    #expect(try Normalizing.text(input, chunk: 1 + random.next(below: 97)) == Normalizing.text(input), "seed \(seed)")
  }

  @Test("of great depth and length take time in proportion")
  func large() throws {
    let deep = String(repeating: "[", count: 5000) + "\n"
    let opened = String(repeating: "{\n", count: 3000)
    let noise = String(repeating: "AUDIT: SESSION,1,1,\"", count: 3000) + "\n"
    let start = ContinuousClock.now
    let lines = try Normalizing.lines(deep + opened + "\n" + noise + deep)
    #expect(lines.count { Normalizing.reason($0) != nil } >= 3002)
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
