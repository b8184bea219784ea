/// How many messages may leave: a number a minute, of which a tenth, at least one, may come at once. A pure value: the caller has the clock.
package struct TokenBucket: Sendable {
  private let perSecond: Double
  private let most: Double
  private var tokens: Double
  private var at: Duration

  /// - Parameter now: any clock that only goes forward.
  package init(perMinute: Int, now: Duration) {
    perSecond = Double(max(1, perMinute)) / 60
    most = max(1, Double(perMinute) / 10)
    tokens = most
    at = now
  }

  /// How many may leave now.
  package mutating func available(_ now: Duration) -> Int {
    tokens = min(most, tokens + max(0, (now - at) / .seconds(1)) * perSecond)
    at = now
    return Int(tokens)
  }

  package mutating func take(_ count: Int) { tokens -= Double(count) }
}
