import AuditModel

/// What one stream of lines has begun and not ended: calls without their response, stages of a Kubernetes event, a document
/// over several lines. A value without I/O; `DialectReader` is who changes it.
///
/// Every open thing is named by the places of its lines. A collector that was restarted reads these lines again, and has it
/// as it was; no text is kept anywhere else, because nobody has redacted it yet.
package struct OpenEvents: Sendable {
  /// What it never exceeds; whoever is oldest goes first, as a record with the status `unknown`.
  package struct Limits: Sendable {
    /// Calls and events that may be open at once.
    package var eventsMax = 1024
    /// Bytes of all of them together.
    package var bytesMax = 4 << 20
    /// How long one stays open, by the records' own time and by the clock.
    package var ageMax = Duration.seconds(300)
    /// Bytes that a document over several lines may have.
    package var documentBytesMax = 1 << 20
    /// Lines that it may have.
    package var documentLinesMax = 16_384
    /// How long it waits for its next line, by the clock.
    package var documentAgeMax = Duration.seconds(5)
    /// Ids of events that are remembered to know one that comes again.
    package var idsMax = 2048

    package init() {}
  }

  package var limits: Limits
  var exchanges = OpenExchanges()
  var stages = OpenStages()
  var document: OpenDocument?
  var seen: RecentIDs

  package init(limits: Limits = Limits()) {
    self.limits = limits
    seen = RecentIDs(max: limits.idsMax)
  }

  /// Whether the next line may be a piece of a document, however it looks.
  package var isInDocument: Bool { document != nil }

  /// Whether it knows something that is worth to be kept though nothing is open.
  package var hasMemory: Bool { !seen.isEmpty || !exchanges.clients.isEmpty }

  package var isEmpty: Bool { document == nil && exchanges.isEmpty && stages.isEmpty }

  /// Where the lines are of what is open, in their order.
  package var places: [LinePlace] {
    var places = exchanges.places + stages.places
    places += document?.places ?? []
    return places.sorted { ($0.source, $0.offset) < ($1.source, $1.offset) }
  }

  /// Where the lines are that have to be read again after a restart, in the order in which they were read. Of a document it is the
  /// first one: those behind it follow for as long as `isInDocument` says so.
  package var beginnings: [LinePlace] {
    var places = (exchanges.places + stages.places).sorted { ($0.source, $0.offset) < ($1.source, $1.offset) }
    // Two calls of one line, or two stages.
    if places.count > 1 {
      places = zip(places, [nil] + places.map(Optional.some)).filter { $0.0 != $0.1 }.map(\.0)
    }
    if let first = document?.places.first { places.append(first) }
    return places
  }
}

/// The ids of the last events, so that one that comes twice is known.
struct RecentIDs: Sendable {
  private let max: Int
  private var ids: Set<[UInt8]> = []
  private var order: [[UInt8]] = []
  private var next = 0

  init(max: Int) { self.max = max }

  var isEmpty: Bool { ids.isEmpty }

  func contains(_ id: [UInt8]) -> Bool { ids.contains(id) }

  /// - Returns: whether it is new.
  mutating func insert(_ id: [UInt8]) -> Bool {
    guard id.count <= 256, ids.insert(id).inserted else { return id.count > 256 }
    if order.count < max {
      order.append(id)
    } else {
      ids.remove(order[next])
      order[next] = id
      next = (next + 1) % max
    }
    return true
  }
}
