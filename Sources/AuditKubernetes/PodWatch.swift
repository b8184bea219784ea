/// Decides what is asked of the API server next. A value: what happened goes in, what to do comes out, and whoever does it is somewhere
/// else.
///
///     start ─→ pause ─→ list ─→ list (next page) ─→ watch ─→ watch …
///                         ↑                           │
///                         └─ expired, malformed ──────┘      every failure passes through a pause
///
/// There is one request at a time. A pause is at most `delayMax` long, and grows while nothing goes well, so an API server that is in
/// trouble is left alone.
struct PodWatch: Sendable {
  enum Action: Sendable, Hashable {
    /// Wait, then say `pauseEnded`.
    case pause(Duration)
    /// Ask for a page of pods, then say `listed` or `failed`.
    case list(PodListRequest)
    /// Watch from this version on, for so many seconds; say `observed` for what comes, then `watchEnded` or `failed`.
    case watch(resourceVersion: String, seconds: Int)
  }

  private enum State {
    /// Waits; then goes on here. Can become `listing` or `watching`.
    case pausing(then: Next)
    /// A page was asked for. Can become `listing` (the next page), `watching`, or `pausing`.
    case listing(PodListRequest)
    /// Can become `watching` anew, or `pausing`.
    case watching(resourceVersion: String)
  }

  private enum Next {
    case list(PodListRequest)
    case watch(resourceVersion: String)
  }

  private let limits: KubernetesLimits
  /// From 0 to 1; comes in from outside, so that a test owns it.
  private let jitter: @Sendable () -> Double
  private var state: State
  /// Failures since something went well.
  private var failures = 0
  /// Whether the present watch brought anything.
  private var isWatchWorth = false

  init(limits: KubernetesLimits = KubernetesLimits(), jitter: @escaping @Sendable () -> Double) {
    self.limits = limits
    self.jitter = jitter
    state = .pausing(then: .list(PodListRequest(limit: limits.pageItemsMax)))
  }

  func start() -> Action { .pause(limits.firstDelayMax * jitter()) }

  mutating func pauseEnded() -> Action {
    guard case .pausing(let next) = state else { preconditionFailure("No pause was asked for.") }
    return go(next)
  }

  /// A page arrived.
  mutating func listed(resourceVersion: String, continueToken: String?) -> Action {
    guard case .listing(let request) = state else { preconditionFailure("No list was asked for.") }
    if let continueToken, !continueToken.isEmpty {
      var next = request
      next.continueToken = continueToken
      return go(.list(next))
    }
    return go(.watch(resourceVersion: resourceVersion))
  }

  /// A watch brought an object or a bookmark: from there it can go on.
  mutating func observed(resourceVersion: String) {
    guard case .watching = state else { preconditionFailure("Nothing is watched.") }
    state = .watching(resourceVersion: resourceVersion)
    isWatchWorth = true
    failures = 0
  }

  /// The API server ended a watch in good order.
  mutating func watchEnded(after duration: Duration) -> Action {
    guard case .watching(let version) = state else { preconditionFailure("Nothing is watched.") }
    // Something between us and the API server that ends each watch at once must not make us a flood.
    guard isWatchWorth || duration >= limits.watchWorthMin else { return pause(then: .watch(resourceVersion: version)) }
    failures = 0
    return go(.watch(resourceVersion: version))
  }

  mutating func failed(_ failure: APIFailure) -> Action {
    let next: Next
    switch (state, failure) {
    case (.listing(let request), .expired) where request.continueToken != nil:
      // The pages took longer than the API server keeps a version: all at once then.
      next = .list(PodListRequest(limit: nil))
    case (.listing, _), (_, .expired), (_, .malformed):
      next = .list(PodListRequest(limit: limits.pageItemsMax))
    case (.watching(let version), _): next = .watch(resourceVersion: version)
    case (.pausing(let then), _): next = then
    }
    var asked: Duration?
    if case .throttled(let retryAfter) = failure { asked = retryAfter }
    return pause(then: next, atLeast: asked)
  }

  private mutating func go(_ next: Next) -> Action {
    switch next {
    case .list(let request):
      state = .listing(request)
      return .list(request)
    case .watch(let version):
      state = .watching(resourceVersion: version)
      isWatchWorth = false
      let seconds = limits.watchSeconds
      return .watch(resourceVersion: version, seconds: seconds + Int(Double(seconds) * 0.5 * jitter()))
    }
  }

  private mutating func pause(then next: Next, atLeast asked: Duration? = nil) -> Action {
    // 2^20 seconds are past every limit; more would overflow.
    let step = min(limits.delayMin * (1 << min(failures, 20)), limits.delayMax)
    failures += 1
    state = .pausing(then: next)
    let delay = step * (0.5 + 0.5 * jitter())
    return .pause(max(delay, min(asked ?? .zero, limits.retryAfterMax)))
  }
}

/// Which page of the pods of the node is asked for.
struct PodListRequest: Sendable, Hashable {
  /// Nil: all in one answer.
  var limit: Int?
  /// What the page before named; nil for the first one, which takes any version that the API server has at hand.
  var continueToken: String?

  init(limit: Int?, continueToken: String? = nil) {
    self.limit = limit
    self.continueToken = continueToken
  }
}
