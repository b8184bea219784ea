import AuditModel

/// A call whose end has not come: what its record will say, as far as it is known.
struct OpenExchange: Sendable {
  var canonical: Canonical
  /// When it began: by its own time or its line's.
  var began: RecordTime?
  /// When it was read, by the collector's clock.
  let readAt: RecordTime
  /// Its lines: one for each round.
  var places: [LinePlace]
  /// The ids of its requests, as they are spelled.
  var ids: [[UInt8]] = []
  /// Its line began other calls as well.
  var sharesLine = false
  /// The last response asked for more input, and this names the exchange: the state to be sent back.
  var isWaiting = false

  var byteCount: Int { canonical.byteCount + 64 }
}

/// The calls of one stream by the key that their response will have. In the order of their opening.
struct OpenExchanges: Sendable {
  private var byKey: [[UInt8]: OpenExchange] = [:]
  /// Keys in the order of their opening; ones that are gone are left out when they are met.
  private var order: [(key: [UInt8], number: Int)] = []
  private var numbers: [[UInt8]: Int] = [:]
  private var count = 0
  private(set) var byteCount = 0
  /// Requests for something else than a tool, by their key: their responses are known for what they are.
  var others = RecentIDs(max: 1024)
  /// What `initialize` said of each session's client, for the calls that say nothing.
  var clients: [[UInt8]: [UInt8]] = [:]
  /// The line in which a call began last, and whether several did.
  private var lastBegun: (place: LinePlace, isShared: Bool)?
  /// The latest time that was seen on this stream.
  var latest: RecordTime?

  var isEmpty: Bool { byKey.isEmpty }
  var openCount: Int { byKey.count }
  var places: [LinePlace] { byKey.values.flatMap(\.places) }

  func contains(_ key: [UInt8]) -> Bool { byKey[key] != nil }

  mutating func open(_ exchange: OpenExchange, _ key: [UInt8]) {
    count += 1
    byKey[key] = exchange
    numbers[key] = count
    order.append((key, count))
    byteCount += exchange.byteCount + key.count
    // Keys that are gone make up at most half.
    if order.count > 64, order.count > byKey.count * 2 { order.removeAll { numbers[$0.key] != $0.number } }
  }

  mutating func take(_ key: [UInt8]) -> OpenExchange? {
    guard let exchange = byKey.removeValue(forKey: key) else { return nil }
    numbers[key] = nil
    byteCount -= exchange.byteCount + key.count
    return exchange
  }

  /// A call begins in the line at `place`.
  /// - Returns: whether another one did before it; then the earlier ones know it too.
  mutating func note(begun place: LinePlace) -> Bool {
    guard lastBegun?.place == place else {
      lastBegun = (place, false)
      return false
    }
    if lastBegun?.isShared == false {
      for key in byKey.keys where byKey[key]?.places.first == place { byKey[key]?.sharesLine = true }
      lastBegun = (place, true)
    }
    return true
  }

  /// One of the calls that `line` began has ended in the line at `end`. As long as another one is open, both are read again after a restart:
  /// the first one alone would open the ended call once more.
  mutating func note(end: LinePlace, of line: LinePlace) {
    for key in byKey.keys where byKey[key]?.places.first == line {
      guard byKey[key]?.places.contains(end) == false else { continue }
      byKey[key]?.places.append(end)
    }
  }

  /// The key of the one that is open for the longest.
  var oldest: [UInt8]? { order.first { numbers[$0.key] == $0.number }?.key }

  /// Of several keys the one that was opened first.
  func oldest(where matches: ([UInt8]) -> Bool) -> [UInt8]? {
    order.first { numbers[$0.key] == $0.number && matches($0.key) }?.key
  }

  mutating func remember(client: [UInt8], of session: [UInt8]) {
    // Sessions end without a word; a table that grew too large is begun again.
    if clients.count >= 1024 { clients.removeAll() }
    clients[session] = client
  }

  /// Keys of those that are older than `age`, the oldest first.
  func expired(age: Duration, now: RecordTime) -> [[UInt8]] {
    let clock = now.advanced(by: .zero - age)
    let own = latest.map { $0.advanced(by: .zero - age) }
    return order.compactMap { entry in
      guard numbers[entry.key] == entry.number, let exchange = byKey[entry.key] else { return nil }
      if exchange.readAt < clock { return entry.key }
      if let own, let began = exchange.began, began < own { return entry.key }
      return nil
    }
  }

  mutating func note(_ time: RecordTime?) {
    if let time { latest = latest.map { max($0, time) } ?? time }
  }
}
