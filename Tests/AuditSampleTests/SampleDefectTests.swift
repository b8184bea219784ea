import AuditModel
import AuditSample
import JSON
import Testing

@Suite struct SampleDefectTests {
  private static let options = {
    var options = SampleTraffic.Options()
    options.secretShare = 0.2
    options.noiseEvery = 5
    options.cutEvery = 7
    options.noTimestampEvery = 11
    options.tooOldEvery = 13
    options.tooFarAheadEvery = 17
    options.poisonEvery = 19
    return options
  }()

  @Test func `Every K-th line is what the options ask for, the first in their order`() {
    for sample in Sample.lines(5000, seed: 1, Self.options) {
      let expected: [(Int, SampleLine.Kind)] = [
        (5, .noise), (7, .cut), (11, .noTimestamp), (13, .tooOld), (17, .tooFarAhead), (19, .poison), (1, .record),
      ]
      #expect(sample.line.kind == expected.first { sample.line.number % $0.0 == 0 }?.1)
    }
  }

  @Test func `Defective lines are defective in their own way, and keep their id`() throws {
    var tape = JSONTape()
    for sample in Sample.lines(20_000, seed: 2, Self.options) {
      #expect(sample.text.contains("line-\(sample.line.number)"))
      let reason = Self.complaint(of: sample.bytes, &tape)
      switch sample.line.kind {
      case .noise: #expect(reason != nil && reason != .truncated && reason != .empty)
      case .cut: #expect(reason == .truncated, "\(sample.text)")
      case .record: #expect(reason == nil)
      case .poison:
        #expect(reason == nil)
        #expect(!tape.flags.isDisjoint(with: [.hasNUL, .hasLoneSurrogate, .hugeNumber]))
      case .noTimestamp:
        #expect(reason == nil)
        #expect(tape.member(of: 0, named: "timestamp", in: sample.bytes.span) == nil)
      case .tooOld, .tooFarAhead:
        let value = try Sample.member("timestamp", tape, sample.bytes)
        let time = try #require(RecordTime(rfc3339: Sample.text(value, tape, sample.bytes)))
        let days = time.day.daysSince1970 - sample.time.day.daysSince1970
        #expect(sample.line.kind == .tooOld ? days < -3650 : days > 3650)
      }
    }
  }

  private static func complaint(of bytes: [UInt8], _ tape: inout JSONTape) -> JSONError.Reason? {
    do {
      try tape.scan(bytes.span)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `Poison comes in its three kinds`() throws {
    var options = SampleTraffic.Options()
    options.poisonEvery = 1
    var seen: JSONFlags = []
    var tape = JSONTape()
    for sample in Sample.lines(100, seed: 3, options) {
      try tape.scan(sample.bytes.span)
      seen.formUnion(tape.flags)
    }
    #expect(seen.isSuperset(of: [.hasNUL, .hasLoneSurrogate, .hugeNumber]))
  }

  @Test(arguments: [2, 3, 5])
  func `Pieces of partial lines are the line when they are put together`(_ fragments: Int) {
    var options = SampleTraffic.Options()
    options.partialEvery = 4
    options.partialFragments = fragments
    var traffic = SampleTraffic(seed: 4, options: options)
    var framed: [UInt8] = []
    for index in 0..<400 { traffic.appendCRI(at: Sample.time(index), to: &framed) }
    let (lines, pieces) = FramedText.join(framed)
    #expect(lines == Sample.lines(400, seed: 4).map(\.bytes))
    #expect(pieces == 400 + 100 * (fragments - 1))
  }
}
