package import AuditModel

/// What people said was to be expected: findings of one detector about one subject, up to a strangeness.
///
/// Such a finding is still made, in shadow mode: written down, and nobody is told. One that is ten times as improbable as what was
/// explained is told again, and so is one that comes after a month without any.
package struct Expectations: Sendable {
  private struct Entry: Sendable {
    var score: Double
    var until: RecordTime
  }

  /// Explanations that are remembered at most; those that end first make room.
  package static let countMax = 10_000
  private static let lasting = Duration.seconds(30 * 86_400)
  /// An order of magnitude: scores are logarithms.
  private static let margin = 1.0

  private var entries: [UInt64: Entry] = [:]

  package init() {}

  package var count: Int { entries.count }

  /// Takes note that a finding was to be expected. Hearing the same thing again changes nothing.
  package mutating func note(_ detector: DetectorKind, _ subject: Subject, score: Double, at: RecordTime) {
    let key = Self.key(detector, subject)
    let until = at.advanced(by: Self.lasting)
    let known = entries[key]
    entries[key] = Entry(score: max(known?.score ?? score, score), until: max(known?.until ?? until, until))
    guard entries.count > Self.countMax else { return }
    if let first = entries.min(by: { ($0.value.until, $0.key) < ($1.value.until, $1.key) }) {
      entries[first.key] = nil
    }
  }

  /// Whether a finding was to be expected; if so, the next one like it is for as long again.
  mutating func covers(_ finding: Finding) -> Bool {
    let key = Self.key(finding.detector, finding.subject)
    guard let known = entries[key], finding.at < known.until, finding.score < known.score + Self.margin else {
      return false
    }
    entries[key]?.until = max(known.until, finding.at.advanced(by: Self.lasting))
    return true
  }

  /// Sessions come and go; an explanation is about those who have them.
  private static func key(_ detector: DetectorKind, _ subject: Subject) -> UInt64 {
    Name(
      [
        detector.rawValue, subject.user, subject.client, subject.tool, subject.server, subject.team, subject.address,
      ].map { $0 ?? "\u{1}" }.joined(separator: "\u{1f}")
    ).hash
  }

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(entries.count))
    for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
      writer.put(key)
      writer.put(entry.score)
      writer.put(entry.until.nanoseconds)
    }
  }

  mutating func read(from reader: inout StateReader) throws(StateError) {
    entries = [:]
    for _ in 0..<(try reader.count(ofSize: 24)) {
      let key = try reader.uint64()
      entries[key] = Entry(score: try reader.double(), until: RecordTime(nanoseconds: try reader.int64()))
    }
  }
}
