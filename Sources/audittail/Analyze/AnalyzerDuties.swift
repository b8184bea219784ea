import AuditConfig

/// Everything that the leading analyzer does, assembled in one place.
enum AnalyzerDuties {
  static func all(_ configuration: Configuration) -> [DutyPlan] {
    []
  }
}
