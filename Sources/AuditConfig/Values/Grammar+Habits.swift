import AuditModel
import Glibc

extension Grammar where Value == String {
  /// ISO 3166 alpha-2; `de` is taken for `DE`.
  static let country = Grammar("country of two letters") { text throws(GrammarProblem) in
    let upper = text.uppercased()
    guard upper.utf8.count == 2, upper.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      throw GrammarProblem("is no country of two letters, such as DE")
    }
    return upper
  } print: {
    $0
  }

  static let network = Grammar("network or address") { text throws(GrammarProblem) in
    guard isNetwork(text) else { throw GrammarProblem("is neither an address nor a network such as 10.0.0.0/8") }
    return text
  } print: {
    $0
  }

  private static func isNetwork(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts[0].utf8.count <= 45 else { return false }
    var buffer = in6_addr()
    let address = String(parts[0])
    let width = inet_pton(AF_INET, address, &buffer) == 1 ? 32 : inet_pton(AF_INET6, address, &buffer) == 1 ? 128 : 0
    guard width > 0 else { return false }
    return parts.count == 1 || Int(parts[1]).map { (0...width).contains($0) } == true
  }
}

extension Grammar where Value == WorkingHours {
  private static let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  /// `Mon-Fri 08:00-18:00` or `Sat 09:00-12:30`.
  static let workingHours = Grammar("weekdays and hours") { text throws(GrammarProblem) in
    let wrong = GrammarProblem("is not weekdays and hours such as Mon-Fri 08:00-18:00")
    let parts = text.split(separator: " ")
    guard parts.count == 2 else { throw wrong }
    let days = parts[0].split(separator: "-").map { name in names.firstIndex(of: String(name)) }
    let times = parts[1].split(separator: "-").map { minute(String($0)) }
    guard (1...2).contains(days.count), times.count == 2, let first = days[0], let last = days[days.count - 1],
      first <= last, let from = times[0], let to = times[1], from < to
    else { throw wrong }
    return WorkingHours(days: first...last, minutes: from..<to)
  } print: { hours in
    let days =
      hours.days.count == 1
      ? names[hours.days.lowerBound] : "\(names[hours.days.lowerBound])-\(names[hours.days.upperBound])"
    return "\(days) \(clock(hours.minutes.lowerBound))-\(clock(hours.minutes.upperBound))"
  }

  /// `HH:MM`, 24:00 included.
  private static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0..<60).contains(minute), hour >= 0, hour * 60 + minute <= 1440
    else { return nil }
    return hour * 60 + minute
  }

  private static func clock(_ minute: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }
}

extension Grammar where Value == Int {
  /// `+02:00`, `-05:30` or `Z`, in seconds.
  static let utcOffset = Grammar("offset from UTC") { text throws(GrammarProblem) in
    if text == "Z" { return 0 }
    let bytes = Array(text.utf8)
    let digits = [1, 2, 4, 5]
    guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
      digits.allSatisfy({ (0x30...0x39).contains(bytes[$0]) })
    else { throw GrammarProblem("is no offset such as +02:00") }
    let number = digits.map { Int(bytes[$0]) - 0x30 }
    let minutes = (number[0] * 10 + number[1]) * 60 + number[2] * 10 + number[3]
    guard number[2] < 6, minutes <= 14 * 60 else { throw GrammarProblem("is out of range: -14:00 to +14:00") }
    return (bytes[0] == 0x2D ? -60 : 60) * minutes
  } print: { seconds in
    let minutes = abs(seconds) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(seconds < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }
}

extension Grammar where Value == Day {
  static let day = Grammar("date") { text throws(GrammarProblem) in
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
      let number = Int(parts[2]), let day = Day(year: year, month: month, day: number), day.description == text
    else { throw GrammarProblem("is no date such as 2026-12-25") }
    return day
  } print: {
    $0.description
  }
}

extension Grammar where Value == TimeSpan {
  static let timeSpan = Grammar("start/end") { text throws(GrammarProblem) in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { RecordTime(rfc3339: String($0)) }
    guard parts.count == 2, let start = parts[0], let end = parts[1] else {
      throw GrammarProblem("is not two times such as 2026-12-01T02:00:00Z/2026-12-01T04:00:00Z")
    }
    guard start < end else { throw GrammarProblem("ends before it begins") }
    return TimeSpan(start: start, end: end)
  } print: {
    "\($0.start.rfc3339)/\($0.end.rfc3339)"
  }
}
