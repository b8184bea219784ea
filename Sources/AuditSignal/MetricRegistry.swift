import Synchronization

/// Where the parts of a program keep what they count, and whence all of it is exposed.
///
/// A part asks for a counter by its family, or hands in a function that says at each scrape how things are. The same name twice is a
/// mistake of ours and traps.
package final class MetricRegistry: Sendable {
  private struct State {
    var counters: [MetricCounter] = []
    var sources: [@Sendable () -> [MetricFamily]] = []
    var names: Set<String> = []
  }

  private let state = Mutex(State())

  package init() {}

  /// - Parameters:
  ///   - name: `audittail_<noun>_<unit>_total`.
  ///   - seriesMax: combinations of label values that are kept apart; further ones are counted together as `other`.
  package func counter(_ name: String, labels: [String] = [], seriesMax: Int = 64, help: String) -> MetricCounter {
    let counter = MetricCounter(MetricFamily(name, .counter, labels: labels, help: help), seriesMax: seriesMax)
    state.withLock { state in
      precondition(state.names.insert(name).inserted, "The metric \(name) is there already.")
      state.counters.append(counter)
    }
    return counter
  }

  /// - Parameter source: called at each scrape; it does not block.
  package func add(_ source: @escaping @Sendable () -> [MetricFamily]) { state.withLock { $0.sources.append(source) } }

  /// Everything, as it is now.
  package var families: [MetricFamily] {
    let (counters, sources) = state.withLock { ($0.counters, $0.sources) }
    return counters.map(\.family) + sources.flatMap { $0() }
  }
}

/// Counters of one name, one a combination of label values.
package final class MetricCounter: Sendable {
  /// What stands for the label values beyond the limit.
  package static let other = "other"

  private let template: MetricFamily
  private let seriesMax: Int
  private let values: Mutex<[[String]: Int64]>

  fileprivate init(_ template: MetricFamily, seriesMax: Int) {
    self.template = template
    self.seriesMax = seriesMax
    // A counter without labels is there from the beginning, so that its first rise is seen.
    values = Mutex(template.labels.isEmpty ? [[]: 0] : [:])
  }

  package func add(_ amount: Int64 = 1, _ labels: [String] = []) {
    precondition(labels.count == template.labels.count, "\(template.name) has other labels.")
    values.withLock { values in
      let isKept = values[labels] != nil || values.count < seriesMax
      let key = isKept ? labels : labels.map { _ in Self.other }
      values[key, default: 0].addSaturating(amount)
    }
  }

  fileprivate var family: MetricFamily {
    var family = template
    family.samples = values.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { MetricSample($0.key, $0.value) }
    return family
  }
}
