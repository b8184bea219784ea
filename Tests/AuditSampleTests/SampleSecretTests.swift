import AuditModel
import AuditSample
import JSON
import Testing

@Suite struct SampleSecretTests {
  @Test(arguments: ["SECRETVAL", "Canary42"])
  func `A line holds the marker exactly where a secret was promised`(_ marker: String) throws {
    var options = SampleTraffic.Options()
    options.marker = marker
    options.secretShare = 0.3
    options.noiseEvery = 13
    options.noTimestampEvery = 17
    for sample in Sample.lines(20_000, seed: 1, options) {
      #expect(sample.text.contains(marker) == sample.line.hasSecret)
      if sample.text.contains("@leak.example") { #expect(sample.line.hasSecret) }
    }
  }

  @Test func `Secrets stand one to three levels deep in the arguments, and in errors`() throws {
    var options = SampleTraffic.Options()
    options.secretShare = 1
    var depths: [Int: Int] = [:]
    var inErrors = 0
    var tape = JSONTape()
    for sample in Sample.lines(5000, seed: 2, options) {
      try tape.scan(sample.bytes.span)
      let name: StaticString = sample.line.dialect == .middleware ? "args" : "arguments"
      let arguments = try Sample.member(name, tape, sample.bytes)
      if let depth = Self.depth(of: "SECRETVAL", in: arguments, tape, sample.bytes) {
        depths[depth, default: 0] += 1
      } else {
        let error = try Sample.member("error", tape, sample.bytes)
        #expect(Sample.text(error, tape, sample.bytes).contains("ghp_SECRETVAL"))
        inErrors += 1
      }
    }
    #expect(Set(depths.keys) == [1, 2, 3])
    #expect(depths.values.allSatisfy { $0 > 100 })
    #expect((100...500).contains(inErrors))
  }

  /// How many objects below the one at `container` the marker stands in a string value; 1: directly in it.
  private static func depth(of marker: String, in container: Int, _ tape: JSONTape, _ bytes: [UInt8]) -> Int? {
    var found: Int?
    func look(_ value: Int) {
      switch tape.tokens[value].kind {
      case .string: if Sample.text(value, tape, bytes).contains(marker) { found = 1 }
      case .object, .array: if let below = depth(of: marker, in: value, tape, bytes) { found = below + 1 }
      case .number, .true, .false, .null: break
      }
    }
    switch tape.tokens[container].kind {
    case .object: tape.forEachMember(of: container) { _, value in look(value) }
    case .array: tape.forEachElement(of: container) { look($0) }
    case .string, .number, .true, .false, .null: break
    }
    return found
  }
}
