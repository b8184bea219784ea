import JSON
import Testing

@testable import AuditRedact

/// A value may be of any length: what is too long to be judged goes, and goes to its end.
@Suite struct RedactionLimitTests {
  private static let long = String(repeating: "CANARY7Q9X", count: 6_000)

  @Test(
    "A secret of 60 kB goes to its last byte",
    arguments: [
      "xx password: %", "xx password=% z", "password: \"%", "{'password': '%'}", "https://u:%@h/p", "-e API_KEY=% run",
      "deploy --password % --x", "deploy --password '%' --x", "mysql -p% -h db", "echo % | sudo -S ls",
      "<password>%</password>", "<password a='%'>CANARY</password>", "sqlplus u/%@orcl", "thin:u/%@h",
      "Authorization: Bearer %", "Bearer %", "Cookie: sid=%", "joe:%@db.example", "token = [[%]]", "token = [[%",
      "password: [\"%\"]", "password: [\"%", "secret: |\n  %\nother: 1", "https://h/a?key=%", "https://h/a?token=%&b=1",
      "CREATE USER u IDENTIFIED BY '%'", "password,a\n%,x\n", "ghp_%", "glpat-%", "eyJ%.%.%",
      "-----BEGIN RSA PRIVATE KEY-----\n%", "form-data; name=\"password\"\r\n\r\n%\r\n--b",
    ])
  func longValues(_ template: String) {
    let out = redactedText(
      template.split(separator: "%", omittingEmptySubsequences: false).joined(separator: Self.long))
    #expect(out.contains("[REDACTED:") && !out.contains("CANARY7Q9X"), "\(out.prefix(200))")
  }

  @Test("What stands between a name and its value may be long")
  func longDistances() {
    let padding = String(repeating: "x", count: 300)
    for text in [
      "<password a='\(padding)'>CANARY</password>", "password\(String(repeating: " ", count: 40))= CANARY9",
      "\(padding)_password=CANARY9", "run --\(padding)-password CANARY9",
      "secret: | # \(padding.prefix(200))\n  CANARY9\n",
      "mysql \(padding) \(padding) \(padding) \(padding) -pCANARY9", "echo CANARY9 | \(padding) sudo -S ls",
      "INSERT INTO t (\(padding), \(padding), \(padding), \(padding), password) VALUES (1, 2, 3, 4, 'CANARY9')",
    ] {
      let out = redactedText(text)
      #expect(!out.contains("CANARY"), "\(out)")
    }
    #expect(!redacted(#"{"\#(padding)Password":"CANARY"}"#).contains("CANARY"))
    #expect(!redacted(#"{"argv":["--\#(padding)-password","CANARY"]}"#).contains("CANARY"))
    #expect(!redactedText(#"xx","password":"\#(Self.long)"#).contains("CANARY"))
  }

  @Test("Text that is no record is cut nowhere either")
  func rejectedText() {
    var redactor = Redactor()
    var out: [UInt8] = []
    redactor.redactText(Array(#"xx","password":"\#(Self.long)"#.utf8).span, into: &out)
    #expect(String(decoding: out, as: UTF8.self) == #"xx","password":"[REDACTED:key.password]"#)
  }

  @Test(
    "What a line that was cut off holds of a secret goes to the cut",
    arguments: [
      #"{"args":{"password":"my own CANARY phr"#, #"{"args":{"body":"{\"password\":\"my own CANARY phr"#,
      #"xx","api_key":"CANA RY"#, #"{"args":{"token":"CANARY"#, #"{"args":{"secrets":["CANARY","#,
    ])
  func cutOff(_ line: String) {
    let out = redacted(line)
    #expect(out.contains("[REDACTED:") && !out.contains("CANA"), "\(out)")
  }

  @Test("Every sensitive column of a table goes")
  func columns() {
    let wide = (0..<300).map { "column_\($0)" }.joined(separator: ",")
    let cells = (0..<300).map { "\($0)" }.joined(separator: ",")
    let out = redactedText("\(wide),password,api_key\n\(cells),CANARY1,CANARY2\n\(cells),CANARY3,CANARY4")
    #expect(!out.contains("CANARY"))
    #expect(out.contains("298,299,[REDACTED:key.password],[REDACTED:key.api_key]"), "\(out.suffix(100))")
  }

  @Test(
    "A vendor's prefix and eight characters go, whatever the characters",
    arguments: [
      "ghp_SECRETVAL30050193", "ghp_12345678", "gho_aaaaaaaa", "glpat-aaaaaaaa", "sk-12345678", "sk-SECRETVAL-00",
      "xoxb-abcdefgh", "AKIASECRETVAL", "AKIA12345678", "sk_live_aaaaaaaa", "github_pat_11111111", "eyJSECRETVAL300",
      "eyJSECRETVAL12345678.1234567812345678.12345678", "hf_00000000", "npm_00000000", "sk-ant-aaaaaaaa",
      "sk-proj-aaaaaaaa", "shpat_00000000", "dop_v1_00000000", "hvs.aaaaaaaa", "AIza00000000", "SG.00000000",
      "GR1348941aaaaaaaa", "whsec_00000000",
    ])
  func malformedTokens(_ token: String) {
    for text in ["401 Unauthorized: token \(token) is expired", "see \(token)", "(\(token))", "/x/\(token)/y"] {
      let out = redactedText(text)
      #expect(!out.contains(token) && out.contains("[REDACTED:"), "\(out)")
    }
  }

  @Test(
    "Operands, double colons and wide signs",
    arguments: [
      "htpasswd -b /etc/x joe CANARY9", "htpasswd -nb joe CANARY9 > f", "password::CANARY9", "password：CANARY9x",
      #"net use \\srv\share CANARY9 /user:dom\joe"#, #"net use Z: \\srv\share /user:joe CANARY9"#,
      "net user joe CANARY9 /add", "token＝CANARY9x77",
    ])
  func operands(_ text: String) {
    let out = redactedText(text)
    #expect(out.contains("[REDACTED:") && !out.contains("CANARY"), "\(out)")
  }

  @Test("IPv6 addresses stay, and go where addresses are to go")
  func addresses() {
    let rules = RedactionRules(redactsAddresses: true)
    for address in ["2001:db8::ff00:42:8329", "2001:0db8:0000:0000:0000:ff00:0042:8329", "fe80::1", "::ffff:10.1.2.3"] {
      let line = #"{"args":{"q":"host \#(address) is down"}}"#
      #expect(redacted(line) == line)
      #expect(redacted(line, rules: rules) == #"{"args":{"q":"host [REDACTED:pii.ip] is down"}}"#)
    }
    for text in ["at 12:30:45 today", "std::vector a::b", "ratio 16:9", "dead:beef"] {
      let line = #"{"args":{"q":"\#(text)"}}"#
      #expect(redacted(line, rules: rules) == line)
    }
  }
}
