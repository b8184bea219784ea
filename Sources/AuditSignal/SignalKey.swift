/// Whose signals: a tool of a server, and how its calls ended. What a record does not say is empty.
package struct SignalKey: Hashable, Sendable {
  package var tool: String
  package var server: String
  package var status: String

  package init(tool: String, server: String, status: String) {
    (self.tool, self.server, self.status) = (tool, server, status)
  }
}

extension SignalDeltas.Delta {
  package var key: SignalKey {
    SignalKey(
      tool: String(decoding: tool, as: UTF8.self), server: String(decoding: server, as: UTF8.self),
      status: String(decoding: status, as: UTF8.self))
  }
}

/// How long the span is that one row of signals stands for; days begin at midnight UTC.
package enum SignalGrain: String, CaseIterable, Sendable {
  case minutes, hours, days

  package var microseconds: Int64 {
    switch self {
    case .minutes: 60_000_000
    case .hours: 3_600_000_000
    case .days: 86_400_000_000
    }
  }

  /// Where the span begins that a time is in, both as microseconds since 2000-01-01.
  package func floor(_ micros: Int64) -> Int64 {
    let rest = micros % microseconds
    return micros - (rest < 0 ? rest + microseconds : rest)
  }

  /// The coarsest whose spans make up `step`, microseconds; nil where none does.
  package init?(dividing step: Int64) {
    guard let grain = Self.allCases.last(where: { step >= $0.microseconds && step % $0.microseconds == 0 }) else {
      return nil
    }
    self = grain
  }
}

/// Figures by where and whose they are; adding is all that ever happens to them.
package struct SignalTable: Hashable, Sendable {
  package struct Place: Hashable, Sendable {
    /// Start of the span, microseconds since 2000-01-01.
    package let at: Int64
    package let key: SignalKey

    package init(at: Int64, key: SignalKey) { (self.at, self.key) = (at, key) }
  }

  package private(set) var rows: [Place: SignalFigures] = [:]

  package init() {}

  package mutating func add(_ figures: SignalFigures, at place: Place) {
    rows[place, default: SignalFigures()].merge(figures)
  }

  package mutating func add(_ deltas: SignalDeltas) {
    for delta in deltas.deltas { add(delta.figures, at: Place(at: delta.minute, key: delta.key)) }
  }

  /// The same in longer spans.
  package func coarsened(to grain: SignalGrain) -> SignalTable {
    var table = SignalTable()
    for (place, figures) in rows { table.add(figures, at: Place(at: grain.floor(place.at), key: place.key)) }
    return table
  }
}
