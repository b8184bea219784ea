import AuditConfig
import Testing

@Suite struct DatabaseURLTests {
  @Test(
    "A URL prints without its password and otherwise as it is",
    arguments: [
      ("postgresql://u:CANARY@h/db", "postgresql://u:***@h/db"),
      (
        "postgres://u:CANARY@h1:5432,h2:5433/db?target_session_attrs=read-write",
        "postgres://u:***@h1:5432,h2:5433/db?target_session_attrs=read-write"
      ),
      ("postgresql://u:CANARY:CANARY@h", "postgresql://u:***@h"),
      ("postgresql://:CANARY@h/db", "postgresql://:***@h/db"),
      ("postgresql://u:CANARY?CANARY@h/db", "postgresql://u:***@h/db"),
      ("postgresql://u:CANARY%40@[::1]:5432/db", "postgresql://u:***@[::1]:5432/db"),
      ("postgresql://h/db?user=u&password=CANARY", "postgresql://h/db?user=u&password=***"),
      ("postgresql://h?passwor%64=CANARY", "postgresql://h?passwor%64=***"),
      ("postgresql://h/db?sslpassword=CANARY&sslmode=require", "postgresql://h/db?sslpassword=***&sslmode=require"),
      ("postgresql:///db?host=/run/postgresql", "postgresql:///db?host=/run/postgresql"),
      ("postgresql://", "postgresql://"),
    ])
  func masks(url: String, expected: String) throws {
    let url = try DatabaseURL(parsing: url)
    #expect(url.description == expected)
    #expect(url.secretText != expected || !url.secretText.contains("CANARY"))
  }

  @Test(
    "A URL in which the password cannot be told from the rest is not shown at all",
    arguments: [
      "postgresql://u:CANARY@CANARY@h/db", "postgresql://u:x/CANARY@h/db", "postgresql://u:CANARY",
      "postgresql://u:/CANARY@h", "postgresql://h/db?password=x@CANARY&user=y@CANARY",
      "postgresql://u@h:CANARY/db",
    ])
  func hides(url: String) throws {
    #expect(try DatabaseURL(parsing: url).description == "(set, not shown)")
  }

  @Test("No way of printing a URL shows its password")
  func neverPrints() throws {
    struct Holder {
      let url: DatabaseURL
    }
    let url = try DatabaseURL(parsing: "postgresql://u:CANARY@h/db")
    var dumped = ""
    dump(Holder(url: url), to: &dumped)
    for text in ["\(url)", "\(Holder(url: url))", String(reflecting: url), String(describing: [url]), dumped] {
      #expect(!text.contains("CANARY"))
    }
  }

  @Test(
    "What is no PostgreSQL URL is refused without being repeated",
    arguments: ["", "mysql://u:CANARY@h/db", "host=h password=CANARY", "POSTGRESQL://u:CANARY@h", "postgresql:/CANARY"])
  func refuses(text: String) {
    let problem = #expect(throws: GrammarProblem.self) { try DatabaseURL(parsing: text) }
    #expect(problem?.message.contains("must be a URL that begins with postgresql://") == true)
    #expect(problem?.message.contains("CANARY") == false)
  }
}
