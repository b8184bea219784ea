/// Metric families as text: Prometheus's format 0.0.4 (Prometheus documentation, "Exposition formats") or OpenMetrics 1.0.0.
package enum Exposition: Sendable, CaseIterable {
  case prometheus, openMetrics

  package var contentType: String {
    switch self {
    case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// What a client wants that says so in `Accept`: OpenMetrics where it names it no later than text.
  package init(accept: String?) {
    var best: (form: Exposition, weight: Double) = (.prometheus, 0)
    for range in (accept ?? "").split(separator: ",") {
      let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let type = parts.first else { continue }
      let weight = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      let form: Exposition
      switch type {
      case "application/openmetrics-text": form = .openMetrics
      case "text/plain", "text/*", "*/*": form = .prometheus
      default: continue
      }
      if weight > best.weight { best = (form, weight) }
    }
    self = best.form
  }

  package func text(_ families: [MetricFamily]) -> [UInt8] {
    var out = ExpositionText(form: self)
    for family in families where !family.samples.isEmpty { out.write(family) }
    if self == .openMetrics { out.put("# EOF\n") }
    return out.bytes
  }
}

/// Writes the lines.
private struct ExpositionText {
  let form: Exposition
  private(set) var bytes: [UInt8] = []

  init(form: Exposition) { self.form = form }

  mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func write(_ family: MetricFamily) {
    // OpenMetrics names a counter's family without the suffix that its sample has.
    let name =
      form == .openMetrics && family.kind == .counter ? String(family.name.dropLast("_total".count)) : family.name
    let kind = family.kind == .counter ? "counter" : family.kind == .gauge ? "gauge" : "histogram"
    put("# HELP \(name) ")
    putEscaped(family.help, quotes: form == .openMetrics)
    put("\n# TYPE \(name) \(kind)\n")
    for sample in family.samples { write(sample, family) }
  }

  private mutating func write(_ sample: MetricSample, _ family: MetricFamily) {
    switch sample.value {
    case .integer(let value): line(family.name, family, sample, nil, "\(value)", sample.exemplars[0])
    case .number(let value): line(family.name, family, sample, nil, Self.number(value), sample.exemplars[0])
    case .histogram(let edges, let cumulative, let count, let sum):
      for (index, edge) in edges.enumerated() {
        let text = form == .openMetrics ? Self.canonical(edge) : Self.number(edge)
        line("\(family.name)_bucket", family, sample, text, "\(cumulative[index])", sample.exemplars[index])
      }
      line("\(family.name)_bucket", family, sample, "+Inf", "\(count)", sample.exemplars[edges.count])
      line("\(family.name)_sum", family, sample, nil, Self.number(sum), nil)
      line("\(family.name)_count", family, sample, nil, "\(count)", nil)
    }
  }

  private mutating func line(
    _ name: String, _ family: MetricFamily, _ sample: MetricSample, _ edge: String?, _ value: String,
    _ exemplar: MetricSample.Exemplar?
  ) {
    put(name)
    var separator = UInt8(ascii: "{")
    for (label, text) in zip(family.labels, sample.labels) {
      bytes.append(separator)
      put(label)
      put("=\"")
      putEscaped(text, quotes: true)
      bytes.append(UInt8(ascii: "\""))
      separator = UInt8(ascii: ",")
    }
    if let edge {
      bytes.append(separator)
      put("le=\"\(edge)\"")
      separator = UInt8(ascii: ",")
    }
    if separator == UInt8(ascii: ",") { bytes.append(UInt8(ascii: "}")) }
    bytes.append(UInt8(ascii: " "))
    put(value)
    if form == .openMetrics, let exemplar, family.kind != .gauge {
      put(" # {trace_id=\"")
      putEscaped(exemplar.trace, quotes: true)
      put("\"} \(Self.number(exemplar.value)) \(Self.number(exemplar.time))")
    }
    bytes.append(0x0A)
  }

  /// Backslash and line feed, and where it stands in quotes these too.
  private mutating func putEscaped(_ text: String, quotes: Bool) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): put("\\\\")
      case 0x0A: put("\\n")
      case UInt8(ascii: "\"") where quotes: put("\\\"")
      default: bytes.append(byte)
      }
    }
  }

  /// As Go reads a float.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), value.magnitude < 1e15 { return "\(Int64(value))" }
    return "\(value)"
  }

  /// OpenMetrics wants a bucket's edge to have a point.
  private static func canonical(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value)).0" : "\(value)"
  }
}
