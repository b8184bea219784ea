import AuditModel

/// Events of which only an early stage was seen, by their id.
struct OpenStages: Sendable {
  struct Stage: Sendable {
    var canonical: Canonical
    var began: RecordTime?
    let readAt: RecordTime
    /// Of the newest stage; the earlier ones say nothing that it does not say.
    var place: LinePlace
    /// Its line has other events as well.
    var sharesLine = false
    /// Where other events of the same list ended meanwhile; see `OpenExchanges.note`.
    var ends: [LinePlace] = []
  }

  private(set) var byID: [[UInt8]: Stage] = [:]
  private(set) var byteCount = 0
  private var latest: RecordTime?

  var isEmpty: Bool { byID.isEmpty }
  var openCount: Int { byID.count }
  var places: [LinePlace] { byID.values.flatMap { [$0.place] + $0.ends } }

  mutating func put(_ stage: Stage, _ id: [UInt8]) {
    _ = take(id)
    byID[id] = stage
    byteCount += stage.canonical.byteCount + id.count
    if let began = stage.began { latest = latest.map { max($0, began) } ?? began }
  }

  mutating func take(_ id: [UInt8]) -> Stage? {
    guard let stage = byID.removeValue(forKey: id) else { return nil }
    byteCount -= stage.canonical.byteCount + id.count
    return stage
  }

  mutating func note(end: LinePlace, of line: LinePlace) {
    for id in byID.keys where byID[id]?.place == line && byID[id]?.ends.contains(end) == false {
      byID[id]?.ends.append(end)
    }
  }

  /// In the order of their lines.
  var ids: [[UInt8]] { byID.sorted { Self.isEarlier($0.value, $1.value) }.map(\.key) }

  func expired(age: Duration, now: RecordTime) -> [[UInt8]] {
    let clock = now.advanced(by: .zero - age)
    let own = latest.map { $0.advanced(by: .zero - age) }
    return byID.filter { _, stage in
      stage.readAt < clock || own.map { own in stage.began.map { $0 < own } ?? false } ?? false
    }.sorted { Self.isEarlier($0.value, $1.value) }.map(\.key)
  }

  private static func isEarlier(_ left: Stage, _ right: Stage) -> Bool {
    (left.place.source, left.place.offset) < (right.place.source, right.place.offset)
  }
}
