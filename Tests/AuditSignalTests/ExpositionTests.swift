import AuditModel
import AuditSignal
import Testing

@Suite("An exposition of metrics")
struct ExpositionTests {
  static let families = [
    MetricFamily(
      "audittail_lines_total", .counter, help: "Lines, with a \"quote\" and a \\.",
      samples: [MetricSample([], .integer(7))]),
    MetricFamily(
      "x_seconds", .histogram, labels: ["tool"], help: "Times.",
      samples: [
        {
          var sample = MetricSample(
            ["a\"b\\c\nd"], .histogram(edges: [0.01, 1], cumulative: [1, 3], count: 4, sum: 12.5))
          sample.exemplars[1] = .init(trace: "abc", value: 0.5, time: 1_700_000_000.25)
          return sample
        }()
      ]),
    MetricFamily("empty", .gauge, help: "Nothing."),
  ]

  @Test("in Prometheus's text format")
  func prometheus() {
    let text = String(decoding: Exposition.prometheus.text(Self.families), as: UTF8.self)
    #expect(
      text == #"""
        # HELP audittail_lines_total Lines, with a "quote" and a \\.
        # TYPE audittail_lines_total counter
        audittail_lines_total 7
        # HELP x_seconds Times.
        # TYPE x_seconds histogram
        x_seconds_bucket{tool="a\"b\\c\nd",le="0.01"} 1
        x_seconds_bucket{tool="a\"b\\c\nd",le="1"} 3
        x_seconds_bucket{tool="a\"b\\c\nd",le="+Inf"} 4
        x_seconds_sum{tool="a\"b\\c\nd"} 12.5
        x_seconds_count{tool="a\"b\\c\nd"} 4

        """#)
  }

  @Test("in OpenMetrics, with exemplars")
  func openMetrics() {
    let text = String(decoding: Exposition.openMetrics.text(Self.families), as: UTF8.self)
    #expect(text.contains("# TYPE audittail_lines counter\naudittail_lines_total 7\n"))
    #expect(text.contains(#"le="1.0"} 3 # {trace_id="abc"} 0.5 1700000000.25"#))
    #expect(text.hasSuffix("# EOF\n"))
  }

  @Test(
    "is in the form that a client asks for",
    arguments: [
      (nil, Exposition.prometheus), ("*/*", .prometheus), ("text/html", .prometheus),
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        .openMetrics
      ), ("text/plain, application/openmetrics-text;q=0.2", .prometheus),
      ("application/openmetrics-text;q=0", .prometheus),
    ])
  func negotiation(accept: String?, form: Exposition) {
    #expect(Exposition(accept: accept) == form)
  }

  @Test("of counters folds what is beyond the limit, and never loses a count")
  func limit() throws {
    let registry = MetricRegistry()
    let counter = registry.counter("a_total", labels: ["l"], seriesMax: 3, help: "A.")
    for number in 0..<100 { counter.add(1, ["v\(number)"]) }
    let samples = try #require(registry.families.first).samples
    #expect(samples.map(\.labels) == [["other"], ["v0"], ["v1"], ["v2"]])
    #expect(samples[0].value == .integer(97))
  }

  @Test("of 5,000 tools in each of 50 tenants stays below a mebibyte and loses no call")
  func manyTools() throws {
    let metrics = ToolMetrics()
    for tenant in 0..<50 {
      let id = try #require(TenantID("tenant-\(tenant)"))
      metrics.replace(
        id,
        with: (0..<5000).map { number in
          var total = SignalTotal(
            key: SignalKey(
              tool: "tool-\(number)-\(String(repeating: "é", count: number % 90))", server: "srv", status: "success"))
          total.calls = 3
          total.timed = 3
          return total
        })
    }
    let began = ContinuousClock.now
    let families = metrics.families(now: RecordTime(nanoseconds: 0))
    let bytes = Exposition.prometheus.text(families).count
    print("exposition of 250,000 tools: \(bytes) bytes in \(ContinuousClock.now - began)")
    #expect(bytes < 1 << 20)
    var calls: Int64 = 0
    for sample in families[0].samples { if case .integer(let count) = sample.value { calls += count } }
    #expect(calls == 50 * 5000 * 3)
  }
}
