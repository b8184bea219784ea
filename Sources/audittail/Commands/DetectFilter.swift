import AuditConfig
import AuditDetect
import AuditModel
import AuditRedact
import AuditSource

/// Standard input → the collector's framer and intake, so that findings name nothing unredacted → detectors → findings.
struct DetectFilter: ~Copyable {
  private var framer: LineFramer
  private var lines: DetectLines
  private var input = InputChunks()
  private static let source = SourceID(1)

  init(
    tenant: TenantID, configuration: Configuration, budget: Double?, geo: GeoDatabase?, policy: RedactionPolicy
  ) {
    framer = LineFramer(lineBytesMax: configuration.limits.lineBytesMax)
    lines = DetectLines(tenant: tenant, configuration: configuration, budget: budget, geo: geo, policy: policy)
  }

  /// Standard input to its end; findings go to standard output as soon as no earlier one can come.
  mutating func run() throws {
    while try input.read() {
      let used = read(input.bytes, at: input.offset, isAtEnd: false)
      input.drop(used)
      try StandardOutput.write(lines.findings(isAtEnd: false))
    }
    _ = read(input.bytes, at: input.offset, isAtEnd: true)
    try StandardOutput.write(lines.findings(isAtEnd: true))
    if lines.rejected > 0 {
      StandardError.write(
        "\(lines.rejected) lines are no records and were passed over; `audittail normalize` says why.\n")
    }
  }

  /// What was learned of a subject, by tenant.
  func explanation(of subject: String) -> String { lines.explanation(of: subject) }

  /// - Returns: how many bytes are done with.
  private mutating func read(_ input: [UInt8], at offset: Int64, isAtEnd: Bool) -> Int {
    lines.begin(reservingBytes: input.count)
    let used = framer.consume(input.span, at: offset, source: Self.source, isEnd: isAtEnd) { line, framed in
      lines.take(line, framed)
    }
    if isAtEnd { framer.close { line, framed in lines.take(line, framed) } }
    lines.end(isAtEnd: isAtEnd)
    return used
  }
}
