import Testing

@testable import AuditRedact

@Suite struct RedactTextTests {
  @Test(
    "Secrets in texts go and the text around them stays",
    arguments: [
      ("export DB_PASSWORD='S3cr3t&x' && run", "S3cr3t&x", "&& run"),
      ("docker run -e MYSQL_ROOT_PASSWORD=S3cr3tx -p 80:80", "S3cr3tx", "-p 80:80"),
      ("mysql -u root -pS3cr3tx -h db", "S3cr3tx", "-h db"),
      ("curl -u joe:S3cr3tx https://h/v1", "S3cr3tx", "https://h/v1"),
      ("redis-cli -a S3cr3tx ping", "S3cr3tx", "ping"), ("sshpass -p 'S3cr3tx' ssh h", "S3cr3tx", "ssh h"),
      ("deploy --api-key=S3cr3tx --region eu", "S3cr3tx", "--region eu"),
      ("deploy --password S3cr3tx --region eu", "S3cr3tx", "--region eu"),
      ("aws configure set aws_secret_access_key 2RtKxIuu0V", "2RtKxIuu0V", "aws configure"),
      ("openssl rsa -in k -passin pass:S3cr3tx", "S3cr3tx", "-in k"),
      ("echo S3cr3tx | sudo -S ls", "S3cr3tx", "sudo -S"),
      ("sqlplus scott/S3cr3tx@orcl", "S3cr3tx", "@orcl"), ("zip -P S3cr3tx o.zip a", "S3cr3tx", "o.zip"),
      ("server:\n  password: S3cr3tx\n  port: 1\n", "S3cr3tx", "port: 1"),
      ("tokens:\n  - S3cr3tx\n  - S3cr3ty\nname: n", "S3cr3ty", "name: n"),
      ("- name: API_KEY\n  value: S3cr3tx\n- name: B\n  value: ok", "S3cr3tx", "ok"),
      ("secret: |\n  S3cr3tx\nother: 1", "S3cr3tx", "other: 1"), ("[db]\npassword = S3cr3tx\n", "S3cr3tx", "[db]"),
      ("<c><password>S3cr3tx</password></c>", "S3cr3tx", "</password></c>"),
      (#"<add key="DbPassword" value="S3cr3tx" />"#, "S3cr3tx", "/>"),
      ("<key>ApiSecret</key><string>S3cr3tx</string>", "S3cr3tx", "</string>"),
      ("Server=h;User ID=u;Password=S3cr3tx;Encrypt=True;", "S3cr3tx", "Encrypt=True"),
      ("host=h password=S3cr3tx dbname=d", "S3cr3tx", "dbname=d"), ("root:S3cr3tx@tcp(h:1)/d", "S3cr3tx", "tcp(h:1)"),
      ("postgres://u:S3cr3t@x/y@h:5432/d", "S3cr3t@x/y", "@h:5432/d"),
      ("redis://:S3cr3tx@h:6379/0", "S3cr3tx", "@h:6379"),
      ("https://h/a?b=1&api_key=S3cr3tx&c=2#f", "S3cr3tx", "&c=2#f"),
      ("https://b.example/k?X-Amz-Signature=abcdef0123456789abcdef&X-Amz-Expires=60", "abcdef0123456789", "Expires=60"),
      ("grant_type=password&password=a+b%21c&x=1", "a+b%21c", "&x=1"),
      ("GET / HTTP/1.1\r\nAuthorization: Bearer S3cr3txS3cr3tx\r\nAccept: */*\r\n", "S3cr3tx", "Accept: */*"),
      (#"curl -H "X-Api-Key: S3cr3tx" https://h"#, "S3cr3tx", "https://h"),
      ("Authorization: Basic dTpTM2NyM3R4", "dTpTM2NyM3R4", "Authorization: "),
      ("Cookie: sid=S3cr3tx; theme=dark", "S3cr3tx", "Cookie: "),
      ("Set-Cookie: JSESSIONID=0123456789abcdef; Path=/", "0123456789abcdef", ""),
      ("ALTER USER u WITH PASSWORD 'S3cr3tx' LOGIN", "S3cr3tx", "LOGIN"),
      ("CREATE USER u IDENTIFIED BY 'S3cr3tx'", "S3cr3tx", "CREATE USER"),
      ("INSERT INTO u (name, password) VALUES ('bob', 'S3cr3tx')", "S3cr3tx", "'bob'"),
      ("UPDATE u SET api_token = 'S3cr3tx', a = 'b'", "S3cr3tx", "a = 'b'"),
      ("the admin password is S3cr3tx, please rotate", "S3cr3tx", "please rotate"),
      ("{'user': 'x', 'password': 'S3cr3tx'}", "S3cr3tx", "'user': 'x'"),
      ("Config(host='h', password='S3cr3tx', port=1)", "S3cr3tx", "port=1"),
      (#"body {\"password\":\"S3cr3tx\"} refused"#, "S3cr3tx", "refused"),
      ("&quot;secret&quot;:&quot;S3cr3tx&quot;", "S3cr3tx", "&quot;secret"),
      ("user,password\nbob,S3cr3tx\n", "S3cr3tx", "bob"),
      ("| user | password |\n|---|---|\n| bob | S3cr3tx |", "S3cr3tx", "bob"),
      ("let apiKey: String = \"q8Zr2LkV0pXw7NbT4mYc\"", "q8Zr2LkV0p", "String"),
      ("let token = String::from(\"q8Zr2LkV0pXw7NbT4mYc\");", "q8Zr2LkV0p", "String::from("),
      ("AKIAIOSFODNN7ABCDEFG:wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY", "wJalrXUtnFEMI", ":"),
      ("credentials: admin / S3cr3tx", "S3cr3tx", "credentials: "), ("verification code is 482193", "482193", "is"),
      ("machine h login joe password S3cr3tx", "S3cr3tx", "login joe"),
      ("**Password:** S3cr3tx\n**User:** joe", "S3cr3tx", "joe"),
      ("form-data; name=\"password\"\r\n\r\nS3cr3tx\r\n--b", "S3cr3tx", "--b"),
      ("password: autumn lantern planet", "lantern", ""),
      ("variable \"db_password\" {\n  default = \"S3cr3tx\"\n}", "S3cr3tx", "}"),
    ])
  func findsInText(_ text: String, _ secret: String, _ kept: String) {
    let out = redactedText(text)
    #expect(!out.contains(secret), "\(out)")
    #expect(kept.isEmpty || out.contains(kept), "\(out)")
  }

  @Test(
    "Innocent texts come out as they were",
    arguments: [
      "please reset your password before Friday", "password must be at least 12 characters long",
      "the token expired, sign in again", "Unexpected token '<' at position 0", "token bucket dropped 14 requests",
      "password: string; token?: string", "auth: required, scopes: a b", "const token = await getToken(user)",
      "os.environ[\"API_KEY\"] is not set", "secret = os.getenv(\"APP_SECRET\")", "api_key: process.env.API_KEY",
      "token=null password=None", "DB_PASSWORD=%DB_PASSWORD%", "token: ${TOKEN}", "password={{ secrets.PW }}",
      "Authorization: Bearer $TOKEN", "Authorization: Bearer <token>", "api_key=YOUR_API_KEY", "x-api-key: ****",
      "login(user=name, token=tok)", "SELECT password_hash, salt FROM users WHERE email = ?", "ssh -p 2222 h",
      "mkdir -p /a/b",
      "docker run -p 8080:80 nginx", "use --password-stdin", "git@github.com:acme/repo.git", "npm i left-pad@1.3.1",
      "app@sha256:48a35ef24c75eaa6d592b26182157f9095b420d6a22c3dae4a2c515f2883c417",
      "postgres://db.internal:5432/orders",
      "https://h:8080/a@b", "https://example.com/reset-password?lang=en",
      "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
      "3fae2b11-26f5-4b44-9f0f-8e7f1cbd2a55", "sha384-xpbvpBJkXJGaFtqbfNCipaYvX1XWxWSBNdMi83nsWr8vZYmw7POuspgrPdmerGQ5",
      "eyJvZmZzZXQiOiAxNzAwLCAib3JkZXIiOiAiYXNjIn0=", "ratio 16:9 at 12:30:45.123", "order 6960753840836245",
      "v1.2.3-rc.4+build.567",
      "INV-2026-016108", "978-3-16-148410-0", "lat=52.5200, lon=13.4050", "bytes=8764-87986", "Chrome/120.0.6904.394",
      "func f(token: JSONToken, pass: inout TextPass)", "if call.secret == other { return }", "self.token = next",
      "getpass(prompt='Password: ', stream=None)", "systemctl start getty@tty1.service",
      "rsync -a joe@h.example:path x",
      "messages identified by their number", "1.2345E+12345678", "toolu_01A09q90qw90lq917835lq9 finished",
      "secret santa draw is on monday", "cookie banner approved",
      "key findings: slow",
    ])
  func leavesInnocentText(_ text: String) { #expect(redactedText(text) == text) }

  @Test(
    "Encoded secrets are found to some depth, and the encoded run goes",
    arguments: [
      "eyJhcGlLZXkiOiJTM2NyM3R4eCJ9", "cGFzc3dvcmQ9UzNjcjN0eHg=", "7b2270617373776f7264223a225333637233747878227d",
      "ZXlKaGNHbExaWGtpT2lKVE0yTnlNM1I0ZUNKOQ==", "data=%7B%22password%22%3A%22S3cr3txx%22%7D",
      "data=%257B%2522password%2522%253A%2522S3cr3txx%2522%257D", #"\u0070assword=S3cr3txx"#,
      #"{"a":"{\"b\":\"{\\\"c\\\":\\\"password=S3cr3txx\\\"}\"}"}"#,
    ])
  func findsEncoded(_ text: String) {
    let out = redactedText(text)
    #expect(out.contains("[REDACTED:"), "\(out)")
    #expect(!out.contains("S3cr3txx") && !out.contains("UzNjcjN0eHg") && !out.contains("5333637233"), "\(out)")
  }

  @Test("A private key goes from its first line to its last, or to the end")
  func privateKeys() {
    let body = String(repeating: "MIIEabcd+/12\n", count: 6)
    for kind in ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
      let out = redactedText("key:\n-----BEGIN \(kind)-----\n\(body)-----END \(kind)-----\nafter")
      #expect(out == "key:\n[REDACTED:key.pem]\nafter" || out.hasSuffix("\nafter") && !out.contains("MIIE"), "\(out)")
      #expect(!redactedText("-----BEGIN \(kind)-----\n\(body)").contains("MIIE"))
    }
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIBabcd\n-----END CERTIFICATE-----"
    #expect(redactedText(certificate) == certificate)
  }

  @Test("Only a real marker protects what looks like one")
  func forgedMarkers() {
    let token = "ghp_" + String(repeating: "a1B2", count: 9)
    #expect(!redactedText("[REDACTED:\(token)]").contains(token))
    #expect(redactedText("password=[REDACTED:key.password] x") == "password=[REDACTED:key.password] x")
  }
}
