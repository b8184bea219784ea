package import AuditModel
import Glibc

/// Traffic of MCP tool servers that never existed: audit lines in both dialects, drawn from a seed.
///
/// Tools and users are used as in life, a few of them most of the time; a session has about 40 calls. The caller gives the
/// time of each line. The same seed, options and times give the same bytes. About 430 bytes a line with CRI framing.
package struct SampleTraffic: Sendable {
  package let options: Options
  /// Lines written so far.
  package private(set) var count = 0

  var random: SplitMix64
  let idPrefix: [UInt8]
  let marker: [UInt8]
  private let tools = WeightedChoice.zipf(count: SampleTool.all.count, exponent: 1.1)
  private let users: WeightedChoice
  /// The number in each user's id.
  let userNumbers: [UInt32]
  private var sessions: [UInt64]
  private var lastTools: [Int]
  /// Which tool habit calls after which.
  private let followers: [Int]
  /// Log-normal factors of the duration, sigma 0.7.
  private let slowness: [Double]
  var clock = ClockText()
  private var framing = CRIFraming()

  package init(seed: UInt64, options: Options = Options()) {
    precondition(options.users >= 3 && options.partialFragments >= 1, "Traffic needs users, a line a piece.")
    precondition(options.marker.utf8.allSatisfy(\.isASCIIAlphanumeric), "A marker has only letters and digits.")
    self.options = options
    idPrefix = Array(options.idPrefix.utf8)
    marker = Array(options.marker.utf8)
    users = .zipf(count: options.users, exponent: 0.9)
    var random = SplitMix64(seed: seed)
    userNumbers = (0..<options.users).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    sessions = (0..<options.users).map { _ in random.next() }
    lastTools = (0..<options.users).map { [tools] _ in tools.draw(&random) }
    followers = SampleTool.all.indices.map { [tools] _ in tools.draw(&random) }
    slowness = (0..<2048).map { _ in
      exp(0.7 * sqrt(-2 * log(1 - random.unit())) * cos(2 * .pi * random.unit()))
    }
    self.random = random
  }

  /// Appends the next line of the time, without a line feed.
  @discardableResult
  package mutating func append(at time: RecordTime, to out: inout [UInt8]) -> SampleLine {
    let call = nextCall(at: time)
    return append(call, at: time, to: &out)
  }

  /// Appends the next line as a container runtime writes it, in several pieces where the options say so.
  @discardableResult
  package mutating func appendCRI(at time: RecordTime, to out: inout [UInt8]) -> SampleLine {
    if options.partialEvery > 0, (count + 1) % options.partialEvery == 0 {
      var whole: [UInt8] = []
      let line = append(at: time, to: &whole)
      let pieces = CRIFraming.pieces(of: whole.count, fragments: options.partialFragments)
      for (index, piece) in pieces.enumerated() {
        framing.append(
          whole.span.extracting(piece), at: time, isPartial: index < pieces.count - 1, to: &out)
      }
      return line
    }
    framing.begin(at: time, stream: .stdout, isPartial: false, to: &out)
    let line = append(at: time, to: &out)
    out.append(UInt8(ascii: "\n"))
    return line
  }

  /// Writes a call as the kind of line that the options want next.
  mutating func append(_ call: SampleCall, at time: RecordTime, to out: inout [UInt8]) -> SampleLine {
    count += 1
    let kind = options.kind(of: count)
    let start = out.count
    var call = call
    // Known by its shape only, and half a token has none: nobody could find it.
    if kind == .cut, call.secret == .error { call.secret = .first }
    switch kind {
    case .noise: writeNoise(hasSecret: call.secret != .none, to: &out)
    case .record, .poison, .cut, .noTimestamp, .tooOld, .tooFarAhead: write(call, kind, at: time, to: &out)
    }
    if kind == .cut { cutLine(from: start, &out) }
    return SampleLine(
      number: count, kind: kind, dialect: call.dialect, isFailure: call.failure != nil, hasSecret: call.secret != .none)
  }

  private mutating func nextCall(at time: RecordTime) -> SampleCall {
    var user = users.draw(&random)
    if options.hasHabits { user = onShift(user, at: time) }
    var tool = tools.draw(&random)
    if options.hasHabits, random.chance(0.7) { tool = followers[lastTools[user]] }
    lastTools[user] = tool
    if random.next(below: 40) == 0 { sessions[user] = random.next() }
    let dialect = options.dialect ?? (random.next() & 1 == 0 ? .middleware : .structured)
    var call = SampleCall(
      user: user, tool: tool, dialect: dialect, session: sessions[user],
      failure: random.chance(options.failureShare) ? random.next(below: SampleWords.failures.count) : nil,
      milliseconds: 0)
    if random.chance(options.secretShare) {
      call.secret = SampleSecret.Place.random(dialect, &random)
      if call.secret == .error { call.failure = 0 }
    }
    call.milliseconds = milliseconds(tool, isFailure: call.failure != nil)
    return call
  }

  /// Tools differ in their usual duration, 5 ms to 1 s; a failure takes longer.
  mutating func milliseconds(_ tool: Int, isFailure: Bool) -> Int {
    let median = 5 * pow(1.25, Double(tool * 7 % 24))
    return 1 + Int(median * slowness[random.next(below: slowness.count)] * (isFailure ? 3 : 1))
  }
}
