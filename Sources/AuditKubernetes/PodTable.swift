import AuditModel

/// The pods of this node, by the uid that the paths of their log files have; bounded.
struct PodTable: Sendable {
  private struct Entry {
    var pod: PodMetadata
    /// When it was found to be gone; nil while it is there.
    var goneSince: ContinuousClock.Instant?
    /// The list that it was last seen in or after.
    var generation: Int
  }

  private let limits: KubernetesLimits
  private var entries: [String: Entry] = [:]
  private var generation = 0
  /// Pods for which there was no room.
  private(set) var refused = 0

  init(limits: KubernetesLimits = KubernetesLimits()) { self.limits = limits }

  var count: Int { entries.count }

  subscript(uid: String) -> PodMetadata? { entries[uid]?.pod }

  /// The pages of a new list follow.
  mutating func beginList() { generation += 1 }

  /// The last page of a list is in: what was in none of them is gone.
  mutating func endList(now: ContinuousClock.Instant) {
    for (uid, entry) in entries where entry.generation != generation && entry.goneSince == nil {
      entries[uid]?.goneSince = now
    }
    forget(now: now)
  }

  /// - Returns: whether what is kept of it is new.
  mutating func take(_ pod: PodMetadata, now: ContinuousClock.Instant) -> Bool {
    if let known = entries[pod.uid] {
      entries[pod.uid] = Entry(pod: pod, goneSince: nil, generation: generation)
      return !known.pod.isSame(as: pod)
    }
    if entries.count >= limits.podsMax { makeRoom(now: now) }
    guard entries.count < limits.podsMax else {
      refused += 1
      return false
    }
    entries[pod.uid] = Entry(pod: pod, goneSince: nil, generation: generation)
    return true
  }

  mutating func remove(_ uid: String, now: ContinuousClock.Instant) {
    if entries[uid]?.goneSince == nil { entries[uid]?.goneSince = now }
  }

  /// Forgets those that are gone for long.
  mutating func forget(now: ContinuousClock.Instant) {
    entries = entries.filter { _, entry in entry.goneSince.map { now - $0 < limits.goneKept } ?? true }
  }

  /// Forgets the one that is gone for longest, however short that is.
  private mutating func makeRoom(now: ContinuousClock.Instant) {
    forget(now: now)
    guard entries.count >= limits.podsMax else { return }
    let gone = entries.compactMap { uid, entry in entry.goneSince.map { (uid, $0) } }
    if let oldest = gone.min(by: { $0.1 < $1.1 }) { entries[oldest.0] = nil }
  }
}
