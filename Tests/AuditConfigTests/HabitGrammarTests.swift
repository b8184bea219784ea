@testable import AuditConfig
import Testing

/// How calendars and places are written.
@Suite struct HabitGrammarTests {
  @Test(
    "Working hours are weekdays and hours, and are printed as they are read",
    arguments: ["Mon-Fri 08:00-18:00", "Sat 09:00-12:30", "Mon-Sun 00:00-24:00"])
  func hours(text: String) throws {
    let hours = try Grammar.workingHours.parse(text)
    #expect(Grammar.workingHours.print(hours) == text)
  }

  @Test(
    "What is no weekdays and hours is refused",
    arguments: [
      "", "Mon", "Fri-Mon 08:00-18:00", "Mon-Fri 18:00-08:00", "Mon-Fri 8:00-18:00", "Mo-Fr 08:00-18:00",
      "Mon-Fri 08:00-25:00", "Mon-Tue-Wed 08:00-18:00", "Mon-Fri 08:00", "Mon -1:00-08:00",
    ])
  func noHours(text: String) {
    #expect(throws: GrammarProblem.self) { try Grammar.workingHours.parse(text) }
  }

  @Test("An offset is east or west of UTC", arguments: [("+02:00", 7200), ("-05:30", -19_800), ("Z", 0)])
  func offset(text: String, seconds: Int) throws {
    #expect(try Grammar.utcOffset.parse(text) == seconds)
  }

  @Test("What is no offset is refused", arguments: ["", "2", "+2:00", "+15:00", "+02:60", "02:00", "Europe/Berlin"])
  func noOffset(text: String) {
    #expect(throws: GrammarProblem.self) { try Grammar.utcOffset.parse(text) }
  }

  @Test("A date has to exist", arguments: [("2026-12-25", true), ("2026-02-29", false), ("2026-1-1", false)])
  func date(text: String, exists: Bool) {
    #expect(((try? Grammar.day.parse(text)) != nil) == exists)
  }

  @Test(
    "A network is CIDR or an address",
    arguments: [
      ("10.0.0.0/8", true), ("198.51.100.7", true), ("2001:db8::/32", true), ("10.0.0.0/33", false),
      ("proxy.example", false), ("10.0.0.0/8/9", false),
    ])
  func network(text: String, isOne: Bool) {
    #expect(((try? Grammar.network.parse(text)) != nil) == isOne)
  }

  @Test("Maintenance ends after it begins")
  func maintenance() {
    let right = "2026-12-01T02:00:00Z/2026-12-01T04:00:00Z"
    #expect((try? Grammar.timeSpan.parse(right)) != nil)
    let wrong = "2026-12-01T04:00:00Z/2026-12-01T02:00:00Z"
    #expect(throws: GrammarProblem.self) { try Grammar.timeSpan.parse(wrong) }
  }

  @Test("A country has two letters", arguments: [("de", "DE"), ("KP", "KP"), ("DEU", nil), ("1A", nil)])
  func country(text: String, code: String?) {
    #expect((try? Grammar.country.parse(text)) == code)
  }
}
