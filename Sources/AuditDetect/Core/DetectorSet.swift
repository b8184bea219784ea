package import AuditModel

/// All detectors of one tenant: takes records in about the order of time, puts them into order, and hands them to every detector.
///
/// `observe` keeps a record until the watermark has passed it; `advance` moves the watermark. A record behind the watermark is handed on at
/// once and marked late. The findings depend on the records and on the watermarks alone; watermarks that only follow the records (as the
/// filter's do) make them depend on the records alone.
package struct DetectorSet: Sendable {
  /// Of `save`'s own frame.
  private static let stateVersion: UInt16 = 2

  package private(set) var detection: Detection
  private var detectors: [any Detector]
  private var waiting = ReorderBuffer()
  /// No record before this moment is waited for.
  package private(set) var watermark = RecordTime(nanoseconds: .min)
  /// The last full minute that detectors were told.
  private var ticked: Int64 = .min
  package private(set) var lateCount = 0
  /// Where somebody waits for the findings, the watermark keeps close to the newest record, and what comes so much behind it (lines that
  /// are printed at the end of a long call, a slower collector) is judged as if it were of now. What comes later still is late.
  package var toleratedDelay = Duration.zero

  package init(tenant: TenantID, settings: DetectionSettings = DetectionSettings()) {
    detection = Detection(tenant: tenant, settings: settings)
    detectors = DetectorCatalog.all.filter { type in
      type.kinds.contains { settings.mode(of: $0) != .off }
    }.map { $0.init(settings: settings) }
  }

  package var tenant: TenantID { detection.tenant }

  /// The name of a text in this set's observations.
  package mutating func intern(_ text: Span<UInt8>) -> Name { detection.names.intern(text) }
  package mutating func intern(_ text: String) -> Name { detection.names.intern(text) }

  /// Takes a record; it is judged when the watermark passes it, or now if it has already.
  package mutating func observe(_ observation: Observation) {
    guard observation.time < watermark else { return waiting.insert(observation) }
    var late = observation
    if observation.time >= watermark.advanced(by: .zero - toleratedDelay) {
      late.time = watermark
      return judge(late)
    }
    late.isLate = true
    lateCount += 1
    judge(late)
  }

  /// Moves the watermark: every record before `time` is judged. A watermark never goes back.
  package mutating func advance(to time: RecordTime) {
    guard time > watermark else { return }
    while let observation = waiting.next(before: time) { judge(observation) }
    watermark = time
    tick(time)
  }

  /// Hears that a finding was to be expected.
  package mutating func expect(_ detector: DetectorKind, _ subject: Subject, score: Double, at: RecordTime) {
    detection.expectations.note(detector, subject, score: score, at: at)
  }

  /// No record will follow: what waits for more is judged by what there is.
  package mutating func finish() {
    for index in detectors.indices { detectors[index].finish(&detection) }
  }

  /// What was found since the last time, in the order of time.
  package mutating func takeFindings() -> [Finding] { detection.takeFindings() }

  /// What the detectors have learned of a subject, in lines for people.
  package func explain(_ subject: String) -> [String] {
    detectors.flatMap { detector in
      detector.explain(subject, detection.names).map { "\(type(of: detector).name): \($0)" }
    }
  }

  private mutating func judge(_ observation: Observation) {
    if !observation.isLate { tick(observation.time) }
    detection.recent.append(observation)
    for index in detectors.indices { detectors[index].observe(observation, &detection) }
  }

  private mutating func tick(_ time: RecordTime) {
    let minute = time.nanoseconds >= 0 ? time.nanoseconds / Self.minute : (time.nanoseconds + 1) / Self.minute - 1
    guard minute > ticked else { return }
    ticked = minute
    let start = RecordTime(nanoseconds: minute * Self.minute)
    for index in detectors.indices { detectors[index].advance(to: start, &detection) }
  }

  private static let minute: Int64 = 60_000_000_000

  // MARK: State

  /// Everything that is known, the records that wait included; findings have to be taken before.
  package func save() -> [UInt8] {
    var writer = StateWriter()
    writer.put(Self.stateVersion)
    writer.put(watermark.nanoseconds)
    writer.put(ticked)
    writer.put(UInt64(lateCount))
    detection.names.write(to: &writer)
    waiting.write(to: &writer)
    detection.expectations.write(to: &writer)
    detection.recent.write(to: &writer)
    writer.put(UInt32(detectors.count))
    for detector in detectors {
      var own = StateWriter()
      detector.write(to: &own)
      writer.put(type(of: detector).name)
      writer.put(type(of: detector).stateVersion)
      writer.put(own.bytes)
    }
    return writer.bytes
  }

  /// Goes on where `save` was called. A detector whose state is missing or has another version begins anew.
  /// - Returns: the names of those that begin anew.
  package mutating func restore(_ bytes: [UInt8]) throws(StateError) -> [String] {
    var reader = StateReader(bytes)
    let version = try reader.uint16()
    guard version == Self.stateVersion else { throw .version(version) }
    watermark = RecordTime(nanoseconds: try reader.int64())
    ticked = try reader.int64()
    lateCount = Int(clamping: try reader.uint64())
    try detection.names.read(from: &reader)
    try waiting.read(from: &reader)
    try detection.expectations.read(from: &reader)
    try detection.recent.read(from: &reader)
    var states: [String: (version: UInt16, bytes: [UInt8])] = [:]
    for _ in 0..<(try reader.count(ofSize: 10)) {
      let name = try reader.text()
      states[name] = (try reader.uint16(), try reader.bytes())
    }
    guard reader.isAtEnd else { throw .damaged }
    var anew: [String] = []
    for index in detectors.indices {
      let type = type(of: detectors[index])
      guard let state = states[type.name], state.version == type.stateVersion else {
        anew.append(type.name)
        continue
      }
      var own = StateReader(state.bytes)
      try detectors[index].read(from: &own)
      guard own.isAtEnd else { throw .damaged }
    }
    return anew
  }
}
