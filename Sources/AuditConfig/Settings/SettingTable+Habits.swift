extension SettingTable {
  /// What detectors of habits have to know of the installation.
  static let habits: [Setting<Configuration>] = [
    Setting(
      .detectGeoDatabase, .path, \.habits.geoDatabase, absent: "none: nothing is said of places", flag: "--geo",
      doc: "File in the format of MaxMind DB that says where addresses are, such as GeoLite2-City.mmdb."),
    Setting(
      .detectGeoDeniedCountries, listOf: .country, \.habits.deniedCountries,
      doc: "Countries from which every call is a finding."),
    Setting(
      .detectGeoProxies, listOf: .network, \.habits.proxies,
      doc: "Networks of proxies, whose own place says nothing; of a forwarded list the address before them counts."),
    Setting(
      .detectDangerousTools, listOf: .text, \.habits.dangerousTools,
      doc: "Tools whose first use, and whose unseen place in the order of tools, weigh more; * at the end is any rest."),
    Setting(
      .detectTeamBudgets, listOf: .namedAmount, \.habits.teamBudgets,
      doc: "What teams may spend in a calendar month (UTC), in the unit of the records' cost: `platform=200`."),
    Setting(
      .detectToolCosts, listOf: .namedAmount, \.habits.toolCosts,
      doc: "What a call of a tool costs where its record does not say; without either it costs 1."),
    Setting(
      .detectBusinessHours, listOf: .workingHours, \.habits.businessHours,
      doc: "Hours in which work is never unusual, such as `Mon-Fri 08:00-18:00`."),
    Setting(
      .detectUTCOffset, .utcOffset, \.habits.utcOffset,
      doc: "Where the business hours and the holidays apply, as an offset from UTC."),
    Setting(
      .detectHolidays, listOf: .day, \.habits.holidays,
      doc: "Days on which work is as unusual as on a Sunday."),
    Setting(
      .detectMaintenance, listOf: .timeSpan, \.habits.maintenance,
      doc: "Times in which nothing is reported, and no hours and places are learned: `start/end`."),
  ]
}
