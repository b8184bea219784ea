/// What a control group has used and what it may use, from the kernel's files (Linux kernel documentation, "Control Group v2" and
/// "Memory Resource Controller", "CFS Bandwidth Control" for v1). What a file does not say is nil, never zero.
package struct CgroupReading: Sendable, Hashable {
  package var processorSeconds: Double?
  /// Cores; nil where there is no limit.
  package var processorLimit: Double?
  package var periods: Int64?
  package var throttledPeriods: Int64?
  package var throttledSeconds: Double?
  package var memoryBytes: Int64?
  /// Nil where there is no limit.
  package var memoryLimitBytes: Int64?
  package var oomKills: Int64?

  package init() {}

  package var isEmpty: Bool { self == CgroupReading() }

  /// - Parameter file: the text of a file of the group's directory, nil where it cannot be read.
  package init(v2 file: (String) -> String?) {
    if let stat = file("cpu.stat").map(Self.flat) {
      processorSeconds = stat["usage_usec"].map { Double($0) / 1e6 }
      // The group has these where it has the controller, and they mean something where there is a limit.
      periods = stat["nr_periods"]
      throttledPeriods = stat["nr_throttled"]
      throttledSeconds = stat["throttled_usec"].map { Double($0) / 1e6 }
    }
    if let words = file("cpu.max").map(Self.words), words.count == 2, let quota = Double(words[0]),
      let period = Double(words[1]), period > 0
    {
      processorLimit = quota / period
    }
    memoryBytes = file("memory.current").flatMap(Self.number)
    memoryLimitBytes = file("memory.max").flatMap(Self.number)
    oomKills = file("memory.events").map(Self.flat)?["oom_kill"]
  }

  /// - Parameter file: the text of a file, of whichever controller's directory has it.
  package init(v1 file: (String) -> String?) {
    processorSeconds = file("cpuacct.usage").flatMap(Self.number).map { Double($0) / 1e9 }
    if let quota = file("cpu.cfs_quota_us").flatMap(Self.number), quota > 0,
      let period = file("cpu.cfs_period_us").flatMap(Self.number), period > 0
    {
      processorLimit = Double(quota) / Double(period)
    }
    if let stat = file("cpu.stat").map(Self.flat) {
      periods = stat["nr_periods"]
      throttledPeriods = stat["nr_throttled"]
      throttledSeconds = stat["throttled_time"].map { Double($0) / 1e9 }
    }
    memoryBytes = file("memory.usage_in_bytes").flatMap(Self.number)
    memoryLimitBytes = file("memory.limit_in_bytes").flatMap(Self.number)
    // "No limit" is the largest number of whole pages.
    if let limit = memoryLimitBytes, limit >= Int64.max - (1 << 20) { memoryLimitBytes = nil }
    oomKills = file("memory.oom_control").map(Self.flat)?["oom_kill"]
  }

  private static func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
  private static func number(_ text: String) -> Int64? { words(text).first.flatMap { Int64($0) } }

  /// Lines of a key and a number.
  private static func flat(_ text: String) -> [String: Int64] {
    var values: [String: Int64] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2, let value = Int64(parts[1]) { values[String(parts[0])] = value }
    }
    return values
  }

  /// Whether a directory's name is that of a pod's group: kubelet names it `pod<uid>`, and with systemd
  /// `kubepods-burstable-pod<uid with underscores>.slice`.
  package static func isPod(_ uid: String, directory name: String) -> Bool {
    let plain = name.hasSuffix(".slice") ? String(name.dropLast(6)) : name
    return plain == "pod" + uid || plain.hasSuffix("-pod" + uid.replacing("-", with: "_"))
  }
}
