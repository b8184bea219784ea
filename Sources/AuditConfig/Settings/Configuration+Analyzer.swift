package import AuditModel

extension Configuration {
  /// How the analyzer works.
  package struct Analyzer: Sendable {
    /// Nil means the database of everything else.
    package internal(set) var lockDatabase: DatabaseURL?
  }

  /// How much the detectors say, and which of them.
  package struct Detect: Sendable {
    /// Expected false alarms a subject and 30 days.
    package internal(set) var budget = 1.0
    /// What is not named is on; of several rules about one detector the last one holds.
    package internal(set) var modes: [DetectorModeRule] = []
  }

  /// The same of one tenant.
  package struct TenantDetect: Sendable {
    /// Nil means the installation's.
    package internal(set) var budget: Double?
    /// They come behind the installation's.
    package internal(set) var modes: [DetectorModeRule] = []
  }

  /// How much the detectors say of `tenant`.
  package func detect(for tenant: TenantID) -> Detect {
    guard let own = tenants[tenant]?.detect else { return detect }
    var merged = detect
    merged.budget = own.budget ?? merged.budget
    merged.modes += own.modes
    return merged
  }
}
