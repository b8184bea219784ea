import Glibc

/// How one session's order of tools looks beside what was learned. In nats.
struct SessionJudgement: Sendable {
  /// Per call: how much better the habits of everybody else explain the tools than the caller's own. Above 0, somebody else is likelier.
  var otherness = 0.0
  /// How surprising the order is to the caller's own habits, and how much more than the same tools in any order.
  var surprise = 0.0
  /// The most surprising steps: the index of the call, its surprise.
  var steps: [(call: Int, surprise: Double)] = []

  /// A share of four fifths for the tools alone, one fifth for pairs of them, and a floor of one twentieth for what anybody does.
  private static let toolsShare = 0.8
  private static let floor = 0.05
  /// No single call decides.
  private static let ratioMax = 3.0
  /// How many calls' worth of belief each context gives to the next shorter one.
  private static let trust = (own: [5, 1, 0.5, 0.5] as [Double], pair: 5.0)
  private static let stepsMax = 5

  /// - Parameter padded: the session's tools between `Habits.order` times `before` and, where it has ended, one `after`.
  init(of padded: [UInt64], habits: Habits, crowd: Crowd) {
    let others = max(crowd.total - habits.total, 0)
    let novelty = Double(habits.tools.distinct)
    var gain = 0.0
    var ratios = 0.0
    var calls = 0
    // Of the tool before, from one step to the next.
    var ownBefore = habits.count(ofTool: padded[Habits.order - 1])
    var anyBefore = crowd.count(ofTool: padded[Habits.order - 1])
    for index in Habits.order..<padded.count {
      let tool = padded[index]
      let before = padded[index - 1]
      let own = habits.count(ofTool: tool)
      let any = crowd.count(ofTool: tool)
      defer { (ownBefore, anyBefore) = (own, any) }
      let ownPair = habits.count(ofPair: before, tool)
      let anybody = (max(any - own, 0) + 0.5) / (others + 0.5 * (crowd.distinct + 1))

      if tool != Habits.after {
        var times = 1
        for earlier in Habits.order..<index where padded[earlier] == tool { times &+= 1 }
        let alone = habits.total > 0 ? (own + novelty * anybody) / (habits.total + novelty) : anybody
        let paired = (ownPair + Self.trust.pair * alone) / (max(ownBefore, ownPair) + Self.trust.pair)
        let crowdPair = max(crowd.count(ofPair: before, tool) - ownPair, 0)
        let crowdBefore = max(anyBefore - ownBefore, crowdPair)
        let theirs = (crowdPair + Self.trust.pair * anybody) / (crowdBefore + Self.trust.pair)
        let mine =
          (1 - Self.floor) * (Self.toolsShare * alone + (1 - Self.toolsShare) * paired) + Self.floor * anybody
        let other = Self.toolsShare * anybody + (1 - Self.toolsShare) * theirs
        let ratio = min(max(log(other / mine), -Self.ratioMax), Self.ratioMax)
        // The tenth call of one tool in a session says less than the first.
        ratios += ratio / Double(times).squareRoot()
        calls += 1
      }

      var probability = (own + Self.trust.own[0] * anybody) / (habits.total + Self.trust.own[0])
      let anyOrder = probability
      var context = before
      var run = Habits.longer(tool, before)
      for length in 1...Habits.order {
        let met = length == 1 ? ownBefore : habits.runs.count(CountTable.key(context, isLong: length > 2))
        let followed =
          length == 1 ? ownPair : habits.runs.count(CountTable.key(run, isLong: length > 1))
        probability =
          (followed + Self.trust.own[length] * probability) / (max(met, followed) + Self.trust.own[length])
        if length < Habits.order {
          context = Habits.longer(context, padded[index - length - 1])
          run = Habits.longer(run, padded[index - length - 1])
        }
      }
      let surprise = -log(probability)
      self.surprise += surprise
      gain += log(anyOrder) + surprise
      if tool != Habits.after { note(index - Habits.order, surprise) }
    }
    otherness = calls > 0 ? ratios / Double(calls) : 0
    let length = Double(padded.count - Habits.order)
    // Longer sessions sum up more surprise and average it better: in between.
    surprise = 0.5 * surprise / pow(length, 0.75) + 0.5 * gain / length
  }

  private mutating func note(_ call: Int, _ surprise: Double) {
    let at = steps.firstIndex { $0.surprise < surprise } ?? steps.count
    guard at < Self.stepsMax else { return }
    steps.insert((call, surprise), at: at)
    if steps.count > Self.stepsMax { steps.removeLast() }
  }
}
