/// Samples of one name, as they are exposed.
package struct MetricFamily: Sendable {
  package enum Kind: Sendable, Hashable { case counter, gauge, histogram }

  /// Of a counter it ends in `_total`.
  package let name: String
  /// One sentence.
  package let help: String
  package let kind: Kind
  /// Names of the labels, in order.
  package let labels: [String]
  package var samples: [MetricSample]

  package init(_ name: String, _ kind: Kind, labels: [String] = [], help: String, samples: [MetricSample] = []) {
    precondition(kind != .counter || name.hasSuffix("_total"), "A counter's name ends in _total: \(name).")
    (self.name, self.kind, self.labels, self.help, self.samples) = (name, kind, labels, help, samples)
  }
}

/// One line of a family, or all lines of one histogram.
package struct MetricSample: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case integer(Int64)
    case number(Double)
    /// `cumulative` by bucket, without the one that holds all.
    case histogram(edges: [Double], cumulative: [UInt64], count: UInt64, sum: Double)
  }

  /// A call that stands for those that were counted.
  package struct Exemplar: Sendable, Hashable {
    package let trace: String
    package let value: Double
    /// Seconds since 1970.
    package let time: Double

    package init(trace: String, value: Double, time: Double) {
      (self.trace, self.value, self.time) = (trace, value, time)
    }
  }

  /// Values of the family's labels, in their order.
  package let labels: [String]
  package let value: Value
  /// By bucket of a histogram; the last one is of what is beyond the edges.
  package var exemplars: [Int: Exemplar] = [:]

  package init(_ labels: [String] = [], _ value: Value) { (self.labels, self.value) = (labels, value) }
  package init(_ labels: [String] = [], _ value: Int64) { self.init(labels, .integer(value)) }
  package init(_ labels: [String] = [], _ value: Double) { self.init(labels, .number(value)) }
}
