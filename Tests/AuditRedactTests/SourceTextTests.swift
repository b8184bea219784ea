import Testing

@testable import AuditRedact

/// Secrets in messages, code, SQL, command lines and sentences.
@Suite struct SourceTextTests {
  private static let part1: [(String, String, String)] = [
    (
      #"<saml:Assertion ID="_a1"><ds:SignatureValue>q7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbT</ds:SignatureValue></saml:Assertion>"#,
      "q7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbT", ""
    ),
    (
      "SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wi&RelayState=x",
      "PHNhbWxwOlJlc3BvbnNl", "RelayState=x"
    ),
    (
      "POST /login HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nuser=joe&passwd=hunter2hunter",
      "hunter2hunter", "user=joe"
    ),
    (
      "HTTP/1.1 200 OK\r\nSet-Cookie: session=q7Zr2LkV0pXw7NbT; HttpOnly\r\nContent-Length: 5\r\n\r\nhello",
      "q7Zr2LkV0pXw7NbT", "Content-Length: 5"
    ),
    (
      "> GET /x HTTP/1.1\n> Authorization: Basic am9lOmh1bnRlcjJodW50ZXI=\n> Accept: */*", "am9lOmh1bnRlcjJodW50ZXI",
      "Accept: */*"
    ),
    ("> X-Api-Key: q7Zr2LkV0pXw7NbT\n< HTTP/1.1 200", "q7Zr2LkV0pXw7NbT", "< HTTP/1.1 200"),
    ("Proxy-Authorization: Basic am9lOmh1bnRlcjJodW50ZXI=", "am9lOmh1bnRlcjJodW50ZXI", ""),
    (
      #"Authorization: Digest username="joe", realm="x", nonce="9f86d081884c7d659a2feaa0c55ad015", response="9f86d081884c7d659a2feaa0c55ad015""#,
      "9f86d081884c7d659a2feaa0c55ad015", ""
    ),
    (
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLQ/20260101/eu/s3/aws4_request, SignedHeaders=host, Signature=9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015",
      "9f86d081884c7d659a2feaa0c55ad015", ""
    ),
    ("authorization=Bearer+q7Zr2LkV0pXw7NbT", "q7Zr2LkV0pXw7NbT", ""),
    ("ApiKey q7Zr2LkV0pXw7NbT", "q7Zr2LkV0pXw7NbT", ""),
    ("Authorization: ApiKey q7Zr2LkV0pXw7NbT", "q7Zr2LkV0pXw7NbT", ""),
    (#""authorization": ["Bearer q7Zr2LkV0pXw7NbT"]"#, "q7Zr2LkV0pXw7NbT", ""),
    ("cat > .env <<EOF\nDB_HOST=h\nDB_PASSWORD=Tr0ub4dor&3\nEOF", "Tr0ub4dor&3", "DB_HOST=h"),
    (
      "cat <<'EOF' | kubectl apply -f -\nkind: Secret\nstringData:\n  api: q7Zr2LkV0pXw7NbT\nEOF", "q7Zr2LkV0pXw7NbT",
      ""
    ),
    ("psql <<SQL\nALTER ROLE joe PASSWORD 'hunter2hunter';\nSQL", "hunter2hunter", ""),
    ("User(id=7, name='joe', password='Tr0ub4dor&3', active=True)", "Tr0ub4dor&3", "active=True"),
    ("Namespace(host='h', api_key='q7Zr2LkV0pXw7NbT', verbose=False)", "q7Zr2LkV0pXw7NbT", "verbose=False"),
    ("{'auth': ('joe', 'hunter2hunter'), 'timeout': 5}", "hunter2hunter", "'timeout': 5"),
    ("requests.get(url, auth=('joe', 'hunter2hunter'))", "hunter2hunter", ""),
    ("requests.get(url, auth=HTTPBasicAuth('joe', 'hunter2hunter'))", "hunter2hunter", ""),
    ("requests.post(url, headers={'Authorization': f'Bearer q7Zr2LkV0pXw7NbT'})", "q7Zr2LkV0pXw7NbT", ""),
    ("smtplib.SMTP('h').login('joe', 'hunter2hunter')", "hunter2hunter", ""),
    ("client.login('joe@x.com', 'Tr0ub4dor&3')", "Tr0ub4dor&3", ""),
    ("conn = psycopg2.connect(host='h', user='joe', password='hunter2hunter')", "hunter2hunter", "user='joe'"),
    ("new Client({ user: 'joe', password: 'hunter2hunter', port: 1 })", "hunter2hunter", "port: 1"),
    ("mysql.createConnection({host:'h',password:'hunter2hunter'})", "hunter2hunter", "host:'h'"),
    ("axios.defaults.headers.common['Authorization'] = 'Bearer q7Zr2LkV0pXw7NbT';", "q7Zr2LkV0pXw7NbT", ""),
    ("const API_KEY = `q7Zr2LkV0pXw7NbT`;", "q7Zr2LkV0pXw7NbT", ""),
    (#"private static final String TOKEN = "q7Zr2LkV0pXw7NbT";"#, "q7Zr2LkV0pXw7NbT", ""),
    (#"#define WIFI_PASS "Tr0ub4dor&3""#, "Tr0ub4dor&3", ""),
    (#"String apiSecret = new String("q7Zr2LkV0pXw7NbT");"#, "q7Zr2LkV0pXw7NbT", ""),
    (#"token := "q7Zr2LkV0pXw7NbT""#, "q7Zr2LkV0pXw7NbT", ""),
    (#"let secret: &str = "q7Zr2LkV0pXw7NbT";"#, "q7Zr2LkV0pXw7NbT", ""),
    ("'password' => 'Tr0ub4dor&3',", "Tr0ub4dor&3", ""),
    (":password => 'Tr0ub4dor&3'", "Tr0ub4dor&3", ""),
    ("define('DB_PASSWORD', 'Tr0ub4dor&3');", "Tr0ub4dor&3", ""),
    ("define( 'AUTH_KEY', 'q7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbT' );", "q7Zr2LkV0pXw7NbT", ""),
    ("$config['encryption_key'] = 'q7Zr2LkV0pXw7NbT';", "q7Zr2LkV0pXw7NbT", ""),
    (#"config.set("api_key", "q7Zr2LkV0pXw7NbT")"#, "q7Zr2LkV0pXw7NbT", ""),
    (#"setPassword("Tr0ub4dor&3")"#, "Tr0ub4dor&3", ""),
    ("user.setPassword('hunter2hunter');", "hunter2hunter", ""),
    (#"builder.withPassword("Tr0ub4dor&3").withUser("joe")"#, "Tr0ub4dor&3", #"withUser("joe")"#),
    (".basicAuth('joe', 'hunter2hunter')", "hunter2hunter", ""),
    ("password=b'hunter2hunter'", "hunter2hunter", ""),
    ("Map{password=hunter2hunter, user=joe}", "hunter2hunter", "user=joe"),
    ("LoginRequest[username=joe, password=hunter2hunter]", "hunter2hunter", "username=joe"),
    (#"%{password: "hunter2hunter", user: "joe"}"#, "hunter2hunter", ""),
    ("struct {Password:hunter2hunter User:joe}", "hunter2hunter", "User:joe"),
    ("map[password:hunter2hunter user:joe]", "hunter2hunter", "user:joe"),
    ("OrderedDict([('user', 'joe'), ('password', 'hunter2hunter')])", "hunter2hunter", "'joe'"),
    ("[('token', 'q7Zr2LkV0pXw7NbT'), ('a', 'b')]", "q7Zr2LkV0pXw7NbT", ""),
    (#"("password", "Tr0ub4dor&3")"#, "Tr0ub4dor&3", ""),
    ("password -> Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("password\tTr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("Password..........: hunter2hunter", "hunter2hunter", ""),
    ("Password ......... hunter2hunter", "hunter2hunter", ""),
    ("Password = = hunter2hunter", "hunter2hunter", ""),
    ("password is: hunter2hunter", "hunter2hunter", ""),
    ("Your password is Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("the password for joe is Tr0ub4dor&3.", "Tr0ub4dor&3", ""),
    ("my pw: hunter2hunter", "hunter2hunter", ""),
    ("pw=hunter2hunter", "hunter2hunter", ""),
    ("pass: Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("user/pass: joe/Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("login: joe / Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("username: joe password: hunter2hunter", "hunter2hunter", "joe"),
    ("creds joe / Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("credentials are joe:Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("PIN: 4821", "4821", ""),
    ("pin is 4821", "4821", ""),
    ("Your verification code is 482913", "482913", ""),
    ("482913 is your verification code", "482913", ""),
    ("G-482913 is your Google verification code", "482913", ""),
    ("OTP 482913 valid for 5 min", "482913", ""),
    ("2FA code: 482913", "482913", ""),
    ("one-time code 482913", "482913", ""),
    ("recovery codes:\n  a1b2c-d3e4f\n  g5h6i-j7k8l\n", "a1b2c-d3e4f", ""),
    ("otpauth://totp/ACME:joe?secret=JBSWY3DPEHPK3PXP&issuer=ACME", "JBSWY3DPEHPK3PXP", "issuer=ACME"),
    ("TOTP secret JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP", ""),
  ]

  private static let part2: [(String, String, String)] = [
    (
      "seed phrase: army van defense carry jealous true garbage claim echo media make crunch", "army van defense carry",
      ""
    ),
    (
      #"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7q\nabcdEFGH1234\n-----END RSA PRIVATE KEY-----\n"#,
      "MIIEowIBAAKCAQEA7q", ""
    ),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdGBF\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----", "lQdGBF", ""),
    ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFHDBOBgkq", "MIIFHDBOBgkq", ""),
    (
      "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAAIE1234\nPrivate-MAC: 9f86",
      "AAAAIE1234", ""
    ),
    ("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ", "AGE-SECRET-KEY-1QQQQ", ""),
    (
      "Cookie: jwt=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U; a=b",
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", ""
    ),
    (
      "id_token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U rejected",
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
      "rejected"
    ),
    (
      "INSERT INTO users (id, name, password_hash) VALUES (7,'joe','$2b$12$abcdefghijklmnopqrstuv')",
      "abcdefghijklmnopqrstuv", "'joe'"
    ),
    ("CREATE USER joe WITH PASSWORD 'hunter2hunter'", "hunter2hunter", ""),
    ("CREATE LOGIN joe WITH PASSWORD = N'hunter2hunter'", "hunter2hunter", ""),
    ("ALTER USER joe IDENTIFIED BY hunter2hunter", "hunter2hunter", ""),
    ("SET PASSWORD FOR 'joe'@'%' = PASSWORD('hunter2hunter')", "hunter2hunter", ""),
    ("GRANT ALL ON d.* TO 'joe'@'%' IDENTIFIED BY 'hunter2hunter'", "hunter2hunter", ""),
    ("SELECT * FROM users WHERE token = 'q7Zr2LkV0pXw7NbT' LIMIT 1", "q7Zr2LkV0pXw7NbT", "LIMIT 1"),
    ("SELECT * FROM t WHERE password = crypt('hunter2hunter', gen_salt('bf'))", "hunter2hunter", ""),
    ("SELECT dblink_connect('host=h user=joe password=hunter2hunter')", "hunter2hunter", ""),
    ("CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2hunter user=joe'", "hunter2hunter", "user=joe"),
    ("userPassword: hunter2hunter", "hunter2hunter", ""),
    ("dn: cn=joe\nuserPassword:: aHVudGVyMmh1bnRlcg==", "aHVudGVyMmh1bnRlcg", ""),
    ("ldapsearch -D cn=admin -w hunter2hunter -b dc=x", "hunter2hunter", "-b dc=x"),
    ("unicodePwd: hunter2hunter", "hunter2hunter", ""),
    ("smbclient //h/s -U joe%hunter2hunter", "hunter2hunter", ""),
    ("mount -t cifs //h/s /m -o username=joe,password=hunter2hunter", "hunter2hunter", ""),
    ("xfreerdp /u:joe /p:hunter2hunter /v:h", "hunter2hunter", "/v:h"),
    ("cmdkey /add:h /user:joe /pass:hunter2hunter", "hunter2hunter", ""),
    (#"net use Z: \\h\s Tr0ub4dor&3 /user:joe"#, "Tr0ub4dor&3", ""),
    ("schtasks /create /ru joe /rp hunter2hunter", "hunter2hunter", ""),
    ("sqlcmd -S h -U sa -P Tr0ub4dor&3", "Tr0ub4dor&3", ""),
    ("mysqldump -u root -pTr0ub4dor&3 db > x.sql", "Tr0ub4dor&3", "x.sql"),
    ("mysql --password=hunter2hunter -h db", "hunter2hunter", ""),
    ("PGPASSWORD=hunter2hunter psql -h h -U joe", "hunter2hunter", "-U joe"),
    ("MYSQL_PWD=hunter2hunter mysql", "hunter2hunter", ""),
    ("redis-cli -h h -a hunter2hunter ping", "hunter2hunter", "ping"),
    ("mongosh 'mongodb://h' -u joe -p hunter2hunter", "hunter2hunter", ""),
    ("sshpass -phunter2hunter ssh h", "hunter2hunter", ""),
    ("echo 'Tr0ub4dor&3' | docker login -u joe --password-stdin r.io", "Tr0ub4dor&3", "r.io"),
    ("echo joe:hunter2hunter | chpasswd", "hunter2hunter", ""),
    ("openssl enc -aes-256-cbc -k hunter2hunter -in a", "hunter2hunter", "-in a"),
    ("openssl pkcs12 -export -passout pass:hunter2hunter -in a", "hunter2hunter", ""),
    ("gpg --batch --passphrase hunter2hunter -d f.gpg", "hunter2hunter", "-d f.gpg"),
    ("7z x -phunter2hunter a.7z", "hunter2hunter", "a.7z"),
    ("unzip -P hunter2hunter a.zip", "hunter2hunter", "a.zip"),
    ("zip -P hunter2hunter a.zip b", "hunter2hunter", "a.zip b"),
    ("keytool -genkey -storepass hunter2hunter -keypass Tr0ub4dor&3 -alias x", "hunter2hunter", "-alias x"),
    ("ansible-playbook p.yml -e 'ansible_password=hunter2hunter'", "hunter2hunter", ""),
    (#"ansible-playbook p.yml --extra-vars "db_pass=hunter2hunter""#, "hunter2hunter", ""),
    ("htpasswd -bc f joe hunter2hunter", "hunter2hunter", ""),
    ("user|a|password|q7Zr2LkV0pXw7NbT", "q7Zr2LkV0pXw7NbT", ""),
    ("user|joe|password|hunter2hunter|role|admin", "hunter2hunter", "role|admin"),
    ("user,joe,password,hunter2hunter", "hunter2hunter", ""),
    ("password 'two words'", "two words", ""),
    ("the password 'blue horse 7' was shared", "blue horse 7", "was shared"),
    (#"password "correct horse battery" leaked"#, "correct horse battery", "leaked"),
  ]

  @Test("A secret in a text of some kind goes and what is around it stays", arguments: part1 + part2)
  func goes(_ text: String, _ secret: String, _ kept: String) {
    let out = redactedText(text)
    #expect(!out.contains(secret), "\(out)")
    #expect(kept.isEmpty || out.contains(kept), "\(out)")
  }
}
