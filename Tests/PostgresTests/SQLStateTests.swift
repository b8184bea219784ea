import Testing

@testable import Postgres

@Suite("SQLState and PostgresError")
struct SQLStateTests {
  @Test("Only five digits and capitals make a code", arguments: ["", "2350", "235050", "2350x", "23 05", "2350é"])
  func malformed(_ text: String) {
    #expect(SQLState(text) == nil)
  }

  @Test(
    "Codes are sorted into transient, data and other errors",
    arguments: [
      ("08006", true, false), ("40001", true, false), ("40P01", true, false), ("53100", true, false),
      ("53300", true, false), ("55P03", true, false), ("55006", true, false), ("57014", true, false),
      ("57P01", true, false), ("57P03", true, false), ("57P04", false, false), ("58030", true, false),
      ("25006", true, false), ("22P05", false, true), ("22021", false, true), ("23514", false, true),
      ("54001", false, true), ("54000", false, true), ("42P01", false, false), ("28P01", false, false),
      ("25P02", false, false), ("XX000", false, false),
    ])
  func sorted(_ code: String, _ isTransient: Bool, _ isDataError: Bool) throws {
    let state = try #require(SQLState(code))
    #expect(state.isTransient == isTransient)
    #expect(state.isDataError == isDataError)
    #expect(state.classCode == code.prefix(2))
  }

  @Test("The value is cut from the message of a data exception, the name of an object is kept in others")
  func printable() {
    let data = PostgresError.printable(
      "invalid input syntax for type json: \"can\"ary\"\nmore", for: .invalidTextRepresentation)
    #expect(data == "invalid input syntax for type json: …")
    let object = PostgresError.printable("relation \"records\" does not exist", for: .undefinedTable)
    #expect(object == "relation \"records\" does not exist")
  }

  @Test("A password in the server's answer is cut")
  func connectionFailure() {
    let error = PostgresError.connectionFailure("no canary here\nand canary there\n", password: "canary")
    #expect(error.message == "no … here; and … there")
    #expect(error.isTransient && !error.outcomeUnknown)
  }
}
