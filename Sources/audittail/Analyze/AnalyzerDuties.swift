import AuditConfig

/// Everything that the leading analyzer does, assembled in one place.
enum AnalyzerDuties {
  /// Connections that walk at the same time; a tenant that does not get on occupies one of them for two seconds at most.
  private static let walkLanes = 2
  /// The duty that is called when there are new findings.
  static let afterFindings = "alerts"

  /// - Throws: `CommandFailure` where the file of places cannot be read.
  static func all(_ configuration: Configuration) throws -> [DutyPlan] {
    let geo = try GeoDatabaseFile.read(configuration)
    return (0..<walkLanes).map { WalkDuty.plan(lane: $0, of: walkLanes, geo: geo) }
      + [SignalDuty.plan(configuration)] + AlertDuties.plans
  }
}
