package import AuditModel

extension Configuration {
  /// What the installation is like where the detectors look at habits: its calendar, its networks, its dangerous tools.
  package struct Habits: Sendable {
    /// A MaxMind DB file; nil means that nothing is said of places.
    package internal(set) var geoDatabase: String?
    /// ISO 3166 alpha-2, upper case.
    package internal(set) var deniedCountries: [String] = []
    /// CIDR.
    package internal(set) var proxies: [String] = []
    package internal(set) var dangerousTools: [String] = []
    package internal(set) var businessHours: [WorkingHours] = []
    /// Seconds east of UTC where the business hours and the holidays apply.
    package internal(set) var utcOffset = 0
    package internal(set) var holidays: [Day] = []
    package internal(set) var maintenance: [TimeSpan] = []
    /// What teams may spend in a calendar month.
    package internal(set) var teamBudgets: [NamedAmount] = []
    /// What a call of a tool costs where the record does not say.
    package internal(set) var toolCosts: [NamedAmount] = []
  }
}

/// Hours of some weekdays.
package struct WorkingHours: Sendable, Hashable {
  /// 0 is Monday; both included, the second not before the first.
  package let days: ClosedRange<Int>
  /// Minutes of the day.
  package let minutes: Range<Int>
}

/// From one moment to another, the second one not included.
package struct TimeSpan: Sendable, Hashable {
  package let start: RecordTime
  package let end: RecordTime
}
