import Testing

@testable import AuditRedact

/// Arguments whose structure tells what is secret: siblings, columns, pairs, names in other languages.
@Suite struct StructureTests {
  private static let part1: [(String, [String], [String])] = [
    (
      #"{"Config":{"Env":["POSTGRES_PASSWORD=Tr0ub4dor&3","PATH=/usr/bin","LANG=C.UTF-8"]}}"#, ["Tr0ub4dor&3"],
      ["PATH=/usr/bin", "LANG=C.UTF-8"]
    ),
    (#"{"permissions":{"secrets":"Tr0ub4dor&3"}}"#, ["Tr0ub4dor&3"], []),
    (#"{"limits":{"secret":"x read x"}}"#, ["x read x"], []),
    (#"{"Env":["API_KEY=q7Zr2LkV0pXw7NbT"],"Cmd":["npm","start"]}"#, ["q7Zr2LkV0pXw7NbT"], ["start"]),
    (
      #"{"containers":[{"name":"web","env":[{"name":"SESSION_SECRET","value":"q7Zr2LkV0pXw7NbT"},{"name":"MODE","value":"production-1"}]}]}"#,
      ["q7Zr2LkV0pXw7NbT"], ["production-1"]
    ),
    (
      #"{"environment":{"RAILS_MASTER_KEY":"9f86d081884c7d659a2feaa0c55ad015","RAILS_ENV":"production"}}"#,
      ["9f86d081884c7d659a2feaa0c55ad015"], ["production"]
    ),
    (#"{"environment":[{"Name":"DB_PASSWD","Value":"Tr0ub4dor&3"}]}"#, ["Tr0ub4dor&3"], []),
    (#"{"ParameterKey":"DBPassword","ParameterValue":"Tr0ub4dor&3"}"#, ["Tr0ub4dor&3"], []),
    (
      #"{"Parameters":[{"ParameterKey":"MasterUserPassword","ParameterValue":"Tr0ub4dor&3"},{"ParameterKey":"Stage","ParameterValue":"prod-eu-1"}]}"#,
      ["Tr0ub4dor&3"], ["prod-eu-1"]
    ),
    (
      #"{"settings":[{"id":"smtp.password","val":"Tr0ub4dor&3"},{"id":"smtp.host","val":"mail1.example.net"}]}"#,
      ["Tr0ub4dor&3"], ["mail1.example.net"]
    ),
    (
      #"{"fields":[{"label":"Password","value":"Tr0ub4dor&3","type":"concealed"},{"label":"username","value":"joe77"}]}"#,
      ["Tr0ub4dor&3"], ["joe77"]
    ),
    (
      #"{"fields":[{"id":"password","type":"CONCEALED","purpose":"PASSWORD","value":"Tr0ub4dor&3"}]}"#, ["Tr0ub4dor&3"],
      []
    ),
    (#"{"op":"replace","path":"/spec/password","value":"Tr0ub4dor&3"}"#, ["Tr0ub4dor&3"], []),
    (#"{"op":"add","path":"/data/api_key","value":"q7Zr2LkV0pXw7NbT"}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (
      #"{"changes":[{"attribute":"password","old":"hunter2hunter","new":"Tr0ub4dor&3"}]}"#,
      ["hunter2hunter", "Tr0ub4dor&3"], []
    ),
    (#"{"diff":{"password":{"before":"hunter2hunter","after":"Tr0ub4dor&3"}}}"#, ["hunter2hunter", "Tr0ub4dor&3"], []),
    (#"{"diff":{"password":["hunter2hunter","Tr0ub4dor&3"]}}"#, ["hunter2hunter", "Tr0ub4dor&3"], []),
    (#"{"form":[["username","joe77"],["password","Tr0ub4dor&3"]]}"#, ["Tr0ub4dor&3"], ["joe77"]),
    (#"{"params":[["api_key","q7Zr2LkV0pXw7NbT"],["page","2"]]}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"entries":{"entry":[{"@key":"db.password","$":"Tr0ub4dor&3"}]}}"#, ["Tr0ub4dor&3"], []),
    (#"{"kv":[{"k":"token","v":"q7Zr2LkV0pXw7NbT"}]}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (##"{"selector":"#password","text":"Tr0ub4dor&3"}"##, ["Tr0ub4dor&3"], []),
    (#"{"selector":"input[name='password']","value":"Tr0ub4dor&3"}"#, ["Tr0ub4dor&3"], []),
    (#"{"element":"Password field","ref":"e12","text":"Tr0ub4dor&3"}"#, ["Tr0ub4dor&3"], ["e12"]),
    (#"{"ref":"s1e4","element":"Password textbox","text":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"fields":[{"name":"Password","type":"textbox","ref":"e5","value":"hunter2hunter"}]}"#, ["hunter2hunter"], []),
    (#"{"locator":"getByLabel('Password')","value":"Tr0ub4dor&3"}"#, ["Tr0ub4dor&3"], []),
    (##"{"action":"fill","target":"#user-password","value":"Tr0ub4dor&3"}"##, ["Tr0ub4dor&3"], []),
    (##"{"action":"type","selector":"#otp","text":"482913"}"##, ["482913"], []),
    (#"{"question":"What is your PIN?","answer":"4821"}"#, ["4821"], []),
    (#"{"prompt":"Enter password:","input":"Tr0ub4dor&3"}"#, ["Tr0ub4dor&3"], []),
    (#"{"command":"sudo -S apt update","stdin":"Tr0ub4dor&3\n"}"#, ["Tr0ub4dor&3"], []),
    (#"{"header":"X-Api-Key","value":"q7Zr2LkV0pXw7NbT"}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (
      #"{"headers":{"X-Api-Key":"q7Zr2LkV0pXw7NbT","Accept":"application/json"}}"#, ["q7Zr2LkV0pXw7NbT"],
      ["application/json"]
    ),
    (
      #"{"headers":{"Ocp-Apim-Subscription-Key":"9f86d081884c7d659a2feaa0c55ad015"}}"#,
      ["9f86d081884c7d659a2feaa0c55ad015"], []
    ),
    (#"{"headers":{"X-Vault-Token":"q7Zr2LkV0pXw7NbT"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"headers":{"PRIVATE-TOKEN":"q7Zr2LkV0pXw7NbT"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"headers":{"x-goog-api-key":"q7Zr2LkV0pXw7NbT"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"headers":{"X-Shopify-Access-Token":"q7Zr2LkV0pXw7NbT"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (
      #"{"headers":{"X-Amz-Security-Token":"q7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbT"}}"#,
      ["q7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbTq7Zr2LkV0pXw7NbT"], []
    ),
    (#"{"headers":{"X-Figma-Token":"q7Zr2LkV0pXw7NbT"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"headers":{"X-Auth-Key":"q7Zr2LkV0pXw7NbT","X-Auth-Email":"ops1"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (
      #"{"headers":{"DD-API-KEY":"9f86d081884c7d659a2feaa0c55ad015","DD-APPLICATION-KEY":"q7Zr2LkV0pXw7NbT"}}"#,
      ["9f86d081884c7d659a2feaa0c55ad015", "q7Zr2LkV0pXw7NbT"], []
    ),
    (#"{"headers":{"Cookie":"sid=q7Zr2LkV0pXw7NbT; theme=dark"}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"headers":[{"name":"Authorization","value":"token q7Zr2LkV0pXw7NbT"}]}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"headers":"Authorization: token q7Zr2LkV0pXw7NbT\r\nAccept: */*"}"#, ["q7Zr2LkV0pXw7NbT"], ["Accept: */*"]),
    (#"{"metadata":{"authorization":["Bearer q7Zr2LkV0pXw7NbT"]}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"recovery_codes":["a1b2c-d3e4f","g5h6i-j7k8l"]}"#, ["a1b2c-d3e4f", "g5h6i-j7k8l"], []),
    (#"{"backupCodes":["12345678","87654321"]}"#, ["12345678", "87654321"], []),
    (
      #"{"mnemonic":"army van defense carry jealous true garbage claim echo media make crunch"}"#, ["army van defense"],
      []
    ),
    (
      #"{"private_key":"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n","client_email":"x"}"#,
      ["MIIEvQIBADANBg"], []
    ),
    (
      #"{"token_value":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"}"#,
      ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"],
      []
    ),
    (#"{"sql":"UPDATE users SET password='hunter2hunter' WHERE id=7"}"#, ["hunter2hunter"], ["WHERE id=7"]),
    (#"{"argv":["htpasswd","-b","f","joe","hunter2hunter"]}"#, ["hunter2hunter"], []),
    (#"{"cmd":["net","use","Z:","\\\\h\\s","Tr0ub4dor&3","/user:joe"]}"#, ["Tr0ub4dor&3"], []),
    (#"{"argv":["net","user","joe","Tr0ub4dor&3","/add"]}"#, ["Tr0ub4dor&3"], []),
    (#"{"argv":["sqlcmd","-S","h","-P","Tr0ub4dor&3"]}"#, ["Tr0ub4dor&3"], []),
    (#"{"argv":["psql","-h","h"],"env":{"PGPASSWORD":"hunter2hunter"}}"#, ["hunter2hunter"], []),
    (#"{"argv":["sh","-c","mysql -phunter2hunter -e 'select 1'"]}"#, ["hunter2hunter"], []),
    (#"{"args":["--api-key","q7Zr2LkV0pXw7NbT","--verbose"]}"#, ["q7Zr2LkV0pXw7NbT"], ["--verbose"]),
    (#"{"args":["--token=q7Zr2LkV0pXw7NbT"]}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"args":["-e","API_KEY=q7Zr2LkV0pXw7NbT","img:1"]}"#, ["q7Zr2LkV0pXw7NbT"], ["img:1"]),
  ]

  private static let part2: [(String, [String], [String])] = [
    (
      #"{"command":"npx","args":["-y","mcp-x"],"env":{"X_API_KEY":"q7Zr2LkV0pXw7NbT"}}"#, ["q7Zr2LkV0pXw7NbT"],
      ["mcp-x"]
    ),
    (#"{"mcpServers":{"x":{"command":"npx","args":["--access-token","q7Zr2LkV0pXw7NbT"]}}}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (
      #"{"m0":0,"m1":1,"m2":2,"m3":3,"m4":4,"m5":5,"m6":6,"m7":7,"m8":8,"m9":9,"m10":10,"m11":11,"m12":12,"m13":13,"m14":14,"m15":15,"m16":16,"m17":17,"m18":18,"m19":19,"m20":20,"m21":21,"m22":22,"m23":23,"m24":24,"m25":25,"m26":26,"m27":27,"m28":28,"m29":29,"m30":30,"m31":31,"m32":32,"m33":33,"m34":34,"m35":35,"m36":36,"m37":37,"m38":38,"m39":39,"name":"API_KEY","value":"q7Zr2LkV0pXw7NbT"}"#,
      ["q7Zr2LkV0pXw7NbT"], []
    ),
    (
      #"{"value":"q7Zr2LkV0pXw7NbT","m0":0,"m1":1,"m2":2,"m3":3,"m4":4,"m5":5,"m6":6,"m7":7,"m8":8,"m9":9,"m10":10,"m11":11,"m12":12,"m13":13,"m14":14,"m15":15,"m16":16,"m17":17,"m18":18,"m19":19,"m20":20,"m21":21,"m22":22,"m23":23,"m24":24,"m25":25,"m26":26,"m27":27,"m28":28,"m29":29,"m30":30,"m31":31,"m32":32,"m33":33,"m34":34,"m35":35,"m36":36,"m37":37,"m38":38,"m39":39,"m40":40,"m41":41,"m42":42,"m43":43,"m44":44,"m45":45,"m46":46,"m47":47,"m48":48,"m49":49,"m50":50,"m51":51,"m52":52,"m53":53,"m54":54,"m55":55,"m56":56,"m57":57,"m58":58,"m59":59,"name":"DB_PASSWORD"}"#,
      ["q7Zr2LkV0pXw7NbT"], []
    ),
    (#"{"pin":4821}"#, ["4821"], []),
    (#"{"otp":482913}"#, ["482913"], []),
    (#"{"password":12345678}"#, ["12345678"], []),
    (#"{"cvv":123}"#, ["123"], []),
    (#"{"smsCode":482913}"#, ["482913"], []),
    (#"{"security_code":"0423"}"#, ["0423"], []),
    (#"{"passcode":90210}"#, ["90210"], []),
    (#"{"contraseña":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"mot_de_passe":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"пароль":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"密码":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"パスワード":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"비밀번호":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"Kennwort":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"senha":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"wachtwoord":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"hasło":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"şifre":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"lösenord":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"salasana":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"κωδικός":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"סיסמה":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"كلمة_المرور":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"geslo":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"heslo":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"parolă":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"паролата":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"mật_khẩu":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"รหัสผ่าน":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"motDePasse":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"clave_secreta":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"clave_api":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"chave_api":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"clé_api":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"секрет":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"токен":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"ключ_api":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"api密钥":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"口令":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"访问令牌":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"トークン":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"비밀키":"hunter2hunter"}"#, ["hunter2hunter"], []),
    (#"{"cache":{"ghp_0123456789abcdefghijABCDEFGHIJ012345":"x"}}"#, ["ghp_0123456789abcdefghijABCDEFGHIJ012345"], []),
    (
      #"{"sessions":{"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U":{"user":"joe"}}}"#,
      ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"],
      []
    ),
    (#"{"rows":[["host","h1"],["password","Tr0ub4dor&3"],["port","25"]]}"#, ["Tr0ub4dor&3"], ["h1"]),
    (
      #"{"columns":["user","password"],"rows":[["joe","hunter2hunter"],["ann","Tr0ub4dor&3"]]}"#,
      ["hunter2hunter", "Tr0ub4dor&3"], ["joe", "ann"]
    ),
    (
      #"{"fields":[{"name":"user"},{"name":"api_key"}],"rows":[["joe","q7Zr2LkV0pXw7NbT"]]}"#, ["q7Zr2LkV0pXw7NbT"],
      ["joe"]
    ),
    (#"{"header":["name","ssn"],"data":[["joe","078-05-1120"]]}"#, ["078-05-1120"], []),
    (
      #"{"query":"INSERT INTO users(name,password) VALUES ($1,$2)","params":["joe","hunter2hunter"]}"#,
      ["hunter2hunter"], ["joe"]
    ),
    (#"{"sql":"UPDATE users SET password = ? WHERE id = ?","values":["hunter2hunter",7]}"#, ["hunter2hunter"], []),
    (#"{"body":"{\"user\": \"joe\", \"password\": \"hunter2hunter\"}"}"#, ["hunter2hunter"], ["joe"]),
    (#"{"body":"{\"q\": \"{\\\"token\\\": \\\"q7Zr2LkV0pXw7NbT\\\"}\"}"}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"body":"[{\"name\": \"api_key\", \"value\": \"q7Zr2LkV0pXw7NbT\"}]"}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"logs":"2026-01-01 INFO body={\"password\":\"hunter2hunter\"} done"}"#, ["hunter2hunter"], ["done"]),
    (
      #"{"logs":"time=\"2026-01-01\" level=info msg=\"login\" password=hunter2hunter user=joe"}"#, ["hunter2hunter"],
      ["user=joe"]
    ),
    (#"{"data":"eyJwYXNzd29yZCI6Imh1bnRlcjJodW50ZXIifQ=="}"#, ["hunter2hunter"], []),
  ]

  private static let part3: [(String, [String], [String])] = [
    (#"{"data":"REJfUEFTU1dPUkQ9aHVudGVyMmh1bnRlcgpBPWIK"}"#, ["hunter2hunter"], []),
    (#"{"data":"0L/QsNGA0L7Qu9GMOiDRgdC10LrRgNC10YI3N3gx"}"#, ["секрет77x1"], []),
    (#"{"data":"70617373776f72643d68756e7465723268756e746572"}"#, ["hunter2hunter"], []),
    (#"{"data":"0x70617373776f72643d68756e7465723268756e746572"}"#, ["hunter2hunter"], []),
    (
      #"{"data":"\\x70\\x61\\x73\\x73\\x77\\x6f\\x72\\x64\\x3d\\x68\\x75\\x6e\\x74\\x65\\x72\\x32\\x68\\x75\\x6e\\x74\\x65\\x72"}"#,
      ["hunter2hunter"], []
    ),
    (#"{"data":"%70%61%73%73%77%6f%72%64%3d%68%75%6e%74%65%72%32%68%75%6e%74%65%72"}"#, ["hunter2hunter"], []),
    (#"{"data":"data:application/json;base64,eyJhcGlfa2V5IjoicTdacjJMa1YwcFh3N05iVCJ9"}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"u":"https://h/?d=eyJ0b2tlbiI6InE3WnIyTGtWMHBYdzdOYlQifQ"}"#, ["q7Zr2LkV0pXw7NbT"], []),
    (#"{"m":"&#112;assword=hunter2hunter"}"#, ["hunter2hunter"], []),
  ]

  @Test("A secret that the structure tells goes, and the rest stays", arguments: part1 + part2 + part3)
  func goes(_ arguments: String, _ secrets: [String], _ kept: [String]) {
    let out = redacted(#"{"tool":"t","args":\#(arguments)}"#)
    for secret in secrets { #expect(!out.contains(secret), "\(out)") }
    for text in kept { #expect(out.contains(text), "\(out)") }
    #expect(isJSON(Array(out.utf8)))
  }

  private static let innocent: [String] = [
    #"{"permissions":{"secrets":"read","contents":"write"}}"#,
    #"{"permissions":{"secrets":"none","tokens":"admin"}}"#,
    #"{"headers":{"Sec-WebSocket-Key":"x3JJHMbDL1EzLkh9GBhXDw=="}}"#,
    #"{"head":"GET / HTTP/1.1\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"}"#,
    #"{"tags":[{"Key":"Owner","Value":"team-77x"}]}"#,
    #"{"patch":[{"op":"replace","path":"/title","value":"New title 2b"}]}"#,
    ##"{"action":"fill","target":"#search","value":"blue shoes 42"}"##,
    #"{"headers":{"X-Request-Id":"8a7b6c5d4e3f"}}"#,
    #"{"headers":{"ETag":"\"33a64df551425fcc55e4d42a148795d9f25f89d4\""}}"#,
    #"{"headers":{"If-None-Match":"33a64df551425fcc55e4d42a148795d9f25f89d4"}}"#,
    #"{"sql":"SELECT id FROM t WHERE a = ? AND b = ?","values":["foo bar 1",7]}"#,
    #"{"max_tokens":4096,"tokenCount":12345678}"#,
    #"{"password_policy":{"minLength":12,"pattern":"[A-Z]{2}"}}"#,
    #"{"secretName":"prod-db-creds1"}"#,
    #"{"token_type":"Bearer"}"#,
    #"{"author":"joe77"}"#,
    #"{"keyboard":"us-intl"}"#,
    #"{"hash":"9f86d081884c7d659a2feaa0c55ad015"}"#,
    #"{"sha":"9f86d081884c7d659a2feaa0c55ad015"}"#,
    #"{"commit":"9f86d081884c7d659a2feaa0c55ad015"}"#,
    #"{"checksum":"9f86d081884c7d659a2feaa0c55ad015"}"#,
    #"{"etag":"9f86d081884c7d659a2feaa0c55ad015"}"#,
    #"{"trace_id":"9f86d081884c7d659a2feaa0c55ad015"}"#,
    #"{"request_id":"q7Zr2LkV0pXw7NbT"}"#,
    #"{"cursor":"eyJpZCI6NDJ9"}"#,
    #"{"nextToken":"CAUQAA12ab"}"#,
    #"{"primary_key":"id7"}"#,
    #"{"phone_model":"iPhone 15"}"#,
    #"{"order_id":6960753840836245}"#,
    #"{"ts":1773507430355}"#,
    #"{"code":"E1234"}"#,
    #"{"status_code":200}"#,
    #"{"zip":"90210"}"#,
    #"{"session_duration":3600}"#,
    #"{"cookie_consent":"all"}"#,
    #"{"passed":12,"failed":0}"#,
    #"{"pass_rate":0.98}"#,
    #"{"properties":{"password":{"type":"string","description":"the password"}}}"#,
    #"{"inputSchema":{"properties":{"token":{"type":"string","minLength":8}},"required":["token"]}}"#,
    #"{"required":["password","email"]}"#,
    #"{"columns":["id","password_hash"]}"#,
    #"{"scopes":["read:token","write:secret"]}"#,
    #"{"keys":["a1","b2"]}"#,
    #"{"public_key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0abc"}"#,
    #"{"tokenizer":"cl100k_base"}"#,
    #"{"token_limit":8192}"#,
    #"{"name":"password","description":"field 1"}"#,
    #"{"name":"token_budget","value":"4096a1"}"#,
    #"{"key":"theme","value":"dark-2"}"#,
    #"{"type":"password"}"#,
    #"{"prompt":"write a poem about keys"}"#,
    #"{"path":"/etc/secrets/readme.md"}"#,
    #"{"image":"redis:7.2"}"#,
    #"{"url":"https://h/login?next=%2Fhome"}"#,
    #"{"branch":"feature/password-reset-2"}"#,
    #"{"file":"token_parser.rs"}"#,
    #"{"labels":{"app":"auth-7"}}"#,
    #"{"auth":"none"}"#,
    #"{"password":null,"n":"x77"}"#,
    #"{"password":""}"#,
    #"{"secret":true,"n":"x77"}"#,
    #"{"ssn_last4_required":true}"#,
    #"{"passport_required":"yes"}"#,
    #"{"card_type":"visa"}"#,
    #"{"phone_verified":true}"#,
    #"{"key_count":12}"#,
    #"{"pin_board":"x1"}"#,
    #"{"opinion":"great"}"#,
    #"{"spinner":"dots9"}"#,
    #"{"tokens":{"prompt":12,"completion":30}}"#,
    #"{"usage":{"input_tokens":10,"output_tokens":20,"total_tokens":30}}"#,
    #"{"logprobs":{"tokens":["Hello"," world"]}}"#,
    ##"{"selector":"#email","text":"hello there"}"##,
    #"{"element":"Search box","text":"red shoes"}"#,
    #"{"op":"replace","path":"/title","value":"v77"}"#,
    #"{"sessionTimeout":"30m"}"#,
    #"{"passphrase_hint":"cat"}"#,
  ]

  @Test("Innocent arguments come out byte for byte", arguments: innocent)
  func stays(_ arguments: String) {
    let line = #"{"tool":"t","args":\#(arguments)}"#
    #expect(redacted(line) == line)
  }
}
