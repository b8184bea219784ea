/// Calls duties of this process out of turn, by name. A call for one that is at work is remembered, once.
final class DutyWakes: Sendable {
  private let bells: [String: (calls: AsyncStream<Void>, ring: AsyncStream<Void>.Continuation)]

  init(_ names: [String]) {
    var bells: [String: (calls: AsyncStream<Void>, ring: AsyncStream<Void>.Continuation)] = [:]
    for name in names {
      let (calls, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      bells[name] = (calls, ring)
    }
    self.bells = bells
  }

  /// Calls for a duty; a name that nobody has is nobody's.
  func wake(_ name: String) { bells[name]?.ring.yield() }

  /// The calls for one duty, for its runner only.
  func calls(for name: String) -> AsyncStream<Void> {
    bells[name]?.calls ?? AsyncStream { $0.finish() }
  }
}
