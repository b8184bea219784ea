import Testing

@testable import Postgres

@Suite("PostgresURL")
struct PostgresURLTests {
  @Test(
    "Hosts, ports, user and database are read from every form that libpq takes",
    arguments: [
      ("postgres://ann:pw@db1:6000/audit", "postgres://ann@db1:6000/audit"),
      ("postgresql://ann@db1,db2/audit", "postgres://ann@db1:5432,db2:5432/audit"),
      ("postgres://ann@db1:1,db2:2/audit?target_session_attrs=read-write", "postgres://ann@db1:1,db2:2/audit"),
      ("host=db1,db2 port=7 user=ann dbname=audit password='p w'", "postgres://ann@db1:7,db2:7/audit"),
      ("postgres://[::1]:7/audit", "postgres://[::1]:7/audit"),
      ("postgres:///audit?host=/run/postgresql&user=ann", "postgres://ann@/run/postgresql:5432/audit"),
      ("dbname=audit", "postgres:///audit"),
      ("postgres://ann:p%40s%2Fw@db1/audit", "postgres://ann@db1:5432/audit"),
    ])
  func forms(_ text: String, _ shown: String) throws {
    #expect(try PostgresURL(text).description == shown)
  }

  @Test("TLS and session settings reach libpq unchanged")
  func settings() throws {
    let url = try PostgresURL("postgres://db1/audit?sslmode=verify-full&sslrootcert=/ca.pem&target_session_attrs=any")
    #expect(url.value("sslmode") == "verify-full")
    #expect(url.value("sslrootcert") == "/ca.pem")
    #expect(url.value("target_session_attrs") == "any")
  }

  @Test(
    "A wrong text is refused without repeating any of it",
    arguments: [
      "", "  ", "postgres://u:canary@db1:port/x", "postgres://u:can@ary@db1/canary", "postgres://u:canary/y@db1/x",
      "postgres://u:12/canary@db1/x", "postgres://db1/x?nosuchkey=canary", "host=db1 port=canary",
      "host='ca nary' dbname=x", "host=a,b,c port=1,2 password=canary", "canary", "mysql://u:canary@db1/x",
      "postgres://u:canary@db1:70000/x",
    ])
  func wrong(_ text: String) throws {
    let error = #expect(throws: PostgresError.self) { try PostgresURL(text) }
    #expect(error?.kind == .badURL)
    #expect(error?.isTransient == false)
    #expect(error.map { !"\($0)".contains("canary") && !"\($0)".contains("ary@") } == true)
  }

  @Test("Nothing that prints a URL shows its password")
  func hidesPassword() throws {
    struct Holder { let url: PostgresURL }
    let url = try PostgresURL("postgres://ann:canary@db1/audit")
    var dumped = ""
    dump(Holder(url: url), to: &dumped)
    for text in ["\(url)", String(reflecting: url), String(describing: Holder(url: url)), dumped] {
      #expect(!text.contains("canary"))
    }
    #expect(url.password == "canary")
  }

  @Test("Another database keeps the rest; another user drops the password of the first")
  func replacing() throws {
    let url = try PostgresURL("postgres://ann:pw@db1/audit?sslmode=require")
    let other = try url.replacing(database: "postgres")
    #expect(other.database == "postgres" && other.password == "pw" && other.value("sslmode") == "require")
    let reader = try url.replacing(user: "reader")
    #expect(reader.user == "reader" && reader.password == nil)
  }
}
