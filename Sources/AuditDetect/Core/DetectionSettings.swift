package import AuditModel

/// How one tenant's records are watched. The one knob is `budget`; everything else says what the installation is like.
package struct DetectionSettings: Sendable, Hashable {
  /// Expected false alarms a subject and 30 days.
  package var budget = 1.0
  /// What is not listed is on.
  package var modes: [DetectorKind: DetectorMode] = [:]
  /// Records are put into order as long as they come at most so much later than younger ones.
  package var reorderMax = Duration.seconds(10)
  /// Subjects that each detector knows at most, on each side that it looks from.
  package var subjectsMax = 1_000_000
  package var namesMax = NameTable.namesMaxDefault

  /// Hours in which work is expected, by the configuration; nil leaves it to what was learned.
  package var businessHours: BusinessHours?
  /// Days on which nobody is expected at work.
  package var holidays: Set<Day> = []
  /// Times in which nothing is reported and nothing learned.
  package var maintenance: [MaintenanceWindow] = []
  /// Where addresses are; without it the detector `geo` says nothing.
  package var geoDatabase: GeoDatabase?
  /// Countries (ISO 3166 alpha-2) from which every call is a finding.
  package var deniedCountries: Set<String> = []
  /// Networks and single addresses of proxies, whose place says nothing: CIDR.
  package var proxies: [String] = []
  /// Patterns of tools whose rare transitions and first uses weigh more; `*` stands for any rest.
  package var dangerousTools: [String] = []
  /// What a team may spend in a calendar month (UTC), in the unit of `cost`, or calls where records have no cost.
  package var teamBudgets: [String: Double] = [:]
  /// What a call costs by its tool, where the record has no cost of its own.
  package var toolCosts: [String: Double] = [:]
  /// Users of whom, by team, `teamBudgets` knows; a record's own team counts first.
  package var teamOfUser: [String: String] = [:]

  package init() {}

  package func mode(of kind: DetectorKind) -> DetectorMode { modes[kind] ?? .on }

  /// The least score that is worth a finding: −log10 of the budget.
  package var threshold: Double { Calibration.threshold(budget: budget) }

  package func isInMaintenance(_ time: RecordTime) -> Bool {
    maintenance.contains { $0.start <= time && time < $0.end }
  }
}

/// Hours of work by weekday.
package struct BusinessHours: Sendable, Hashable {
  /// Minutes of the day, from and to, for Monday to Sunday; nil on days off.
  package var days: [Range<Int>?]
  /// Seconds east of UTC.
  package var offset: Int

  package init(days: [Range<Int>?], offset: Int) {
    precondition(days.count == 7)
    self.days = days
    self.offset = offset
  }

  /// Whether a moment lies in the hours of its weekday.
  package func contains(_ time: RecordTime) -> Bool {
    let local = time.advanced(by: .seconds(offset))
    let minute = Int((local.nanoseconds - local.day.start.nanoseconds) / 60_000_000_000)
    // 1970-01-01 was a Thursday; Monday is 0.
    let weekday = ((Int(local.day.daysSince1970) + 3) % 7 + 7) % 7
    return days[weekday]?.contains(minute) ?? false
  }
}

package struct MaintenanceWindow: Sendable, Hashable {
  package var start: RecordTime
  package var end: RecordTime

  package init(start: RecordTime, end: RecordTime) {
    self.start = start
    self.end = end
  }
}
