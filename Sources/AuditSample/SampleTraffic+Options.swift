package import AuditModel

extension SampleTraffic {
  /// What the traffic is like. "Every" counts lines; 0 is never. Where several fall on one line, the first in the order of
  /// noise, cut, no timestamp, too old, too far ahead, poison is taken.
  package struct Options: Sendable {
    /// Letters and digits that stand in every planted secret, so that a test can search for survivors. E-mail addresses also
    /// end in `@leak.example`.
    package var marker = "SECRETVAL"
    /// Every line carries `<idPrefix>-<number>`, a value that redaction has no reason to touch: records as `requestId` of
    /// their arguments, noise somewhere in its text.
    package var idPrefix = "line"
    package var users = 500
    /// Nil: both, half and half.
    package var dialect: Dialect?
    /// Whether users keep their hours (one of three shifts of eight hours) and their ways from tool to tool. Off, every
    /// call is drawn independently.
    package var hasHabits = false
    package var secretShare = 0.03
    package var failureShare = 0.04
    package var unusualTextShare = 0.02

    package var noiseEvery = 0
    package var cutEvery = 0
    package var noTimestampEvery = 0
    package var tooOldEvery = 0
    package var tooFarAheadEvery = 0
    package var poisonEvery = 0
    /// Only in CRI framing: such a line comes in `partialFragments` pieces.
    package var partialEvery = 0
    package var partialFragments = 2

    package init() {}
  }
}

extension SampleTraffic.Options {
  func kind(of number: Int) -> SampleLine.Kind {
    func falls(_ every: Int) -> Bool { every > 0 && number % every == 0 }
    if falls(noiseEvery) { return .noise }
    if falls(cutEvery) { return .cut }
    if falls(noTimestampEvery) { return .noTimestamp }
    if falls(tooOldEvery) { return .tooOld }
    if falls(tooFarAheadEvery) { return .tooFarAhead }
    if falls(poisonEvery) { return .poison }
    return .record
  }
}
