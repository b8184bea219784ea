import AuditModel
import AuditSample
import ServiceLifecycle

/// The tool servers of the demonstration: pods of three organisations that write real log files with rotation.
struct DemoTraffic: Service {
  /// Where the pods' logs go; laid out as under /var/log/pods.
  let root: String
  let callsPerSecond: Double
  let seed: UInt64
  let figures: DemoFigures

  /// A history to look at, before the live traffic begins.
  private static let history = Duration.seconds(6 * 3600)
  private static let historyCallsPerSecond = 1.0
  private static let tick = Duration.milliseconds(250)
  /// kubelet rotates at 10 MiB; a demonstration should show it sooner.
  private static let rotateBytes = 512 << 10
  /// Live calls between two anomalies, so that each kind comes every few minutes.
  private static let ticksBetweenAnomalies = 240
  /// A server also prints what is no audit line.
  private static let options: SampleTraffic.Options = {
    var options = SampleTraffic.Options()
    options.noiseEvery = 400
    options.partialEvery = 150
    options.idPrefix = "demo"
    return options
  }()

  func run() async throws {
    var fleet = SampleFleet(seed: seed, options: Self.options)
    var pods = try fleet.tenants.map { tenant in
      try DemoPod(root: root, tenant: tenant, rotateBytes: Self.rotateBytes)
    }
    var until = RecordTime.now
    let start = until.advanced(by: .zero - Self.history)
    for index in pods.indices {
      try pods[index].write(
        fleet.lines(of: index, from: start, to: until, callsPerSecond: Self.historyCallsPerSecond), figures)
    }
    var ticks = 0
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      try? await Task.sleep(for: Self.tick)
      let now = RecordTime.now
      ticks += 1
      for index in pods.indices {
        try pods[index].write(fleet.lines(of: index, from: until, to: now, callsPerSecond: callsPerSecond), figures)
      }
      if ticks % Self.ticksBetweenAnomalies == 0 {
        let number = ticks / Self.ticksBetweenAnomalies
        let anomaly = SampleAnomaly.allCases[number % SampleAnomaly.allCases.count]
        let victim = number % pods.count
        pods[victim].schedule(fleet.lines(of: anomaly, at: victim, from: now))
        figures.note(anomaly)
      }
      for index in pods.indices { try pods[index].writeDue(now, figures) }
      until = now
    }
  }
}

/// One pod of the demonstration and its log file.
struct DemoPod {
  private final class Writer {
    var log: PodLogWriter
    init(_ log: consuming PodLogWriter) { self.log = log }
  }

  /// The history comes faster than any pod would write it; kubelet's five would be gone before anyone could read them.
  private static let rotatedMax = 200

  private let writer: Writer
  private let rotateBytes: Int
  private var written = 0
  /// Lines of an anomaly whose time has not come.
  private var scheduled: [SampleTimedLine] = []

  init(root: String, tenant: SampleFleet.Tenant, rotateBytes: Int) throws {
    writer = Writer(
      try PodLogWriter(
        root: root, namespace: tenant.namespace, pod: tenant.pod, uid: tenant.uid, container: tenant.container,
        rotatedMax: Self.rotatedMax))
    self.rotateBytes = rotateBytes
  }

  mutating func schedule(_ lines: [SampleTimedLine]) { scheduled += lines }

  mutating func writeDue(_ now: RecordTime, _ figures: DemoFigures) throws {
    let due = scheduled.filter { $0.time <= now }
    scheduled.removeAll { $0.time <= now }
    try write(due, figures)
  }

  mutating func write(_ lines: [SampleTimedLine], _ figures: DemoFigures) throws {
    for line in lines {
      try writer.log.write(line.bytes, at: line.time)
      written += line.bytes.count
      if written >= rotateBytes {
        _ = try writer.log.rotate(at: line.time)
        written = 0
        figures.noteRotation()
      }
    }
    figures.noteWritten(lines.count)
  }
}
