/// The immutable tables a redactor works with; built once, shared by all threads.
package final class RedactionRules: Sendable {
  /// The built-in rules.
  package static let standard = RedactionRules()

  let shapes: [TokenShape]
  let tables: ScanTables
  let classifier = KeyClassifier()
  let toolNames: [[UInt8]] = CommandTool.allCases.map { Array($0.rawValue.utf8.prefix { $0 != UInt8(ascii: " ") }) }
  let stopWords = StopWords()
  /// `[REDACTED:<name>]` of each rule.
  let markers: [[UInt8]]
  let markerNames: MarkerTable
  /// Whether addresses (IPv4, IPv6) are personal data here. Off: detectors and auditors need them.
  package let redactsAddresses: Bool

  /// What becomes of what the rules find.
  let policy: PolicyTable
  /// The operators' own rules.
  let operators: OperatorRuleTable
  /// All rules' names, by number.
  package let ruleNames: [String]

  /// - Parameter policy: must have no `problems`.
  package init(redactsAddresses: Bool = false, policy: RedactionPolicy = RedactionPolicy()) {
    self.redactsAddresses = redactsAddresses
    var names = BuiltInRule.allCases.map { "\($0.name)" }
    var shapes: [TokenShape] = []
    for row in TokenTable.rows {
      let rule = RuleID(rawValue: UInt16(names.count))
      names.append("token.\(row.vendor)")
      shapes += row.shapes.map { TokenShape(rule: rule, pattern: $0.pattern, tail: $0.tail) }
      for prefix in TokenTable.distinctive where prefix.vendor == row.vendor {
        shapes += prefix.prefixes.split(separator: " ").map { TokenShape(rule: rule, distinctive: String($0)) }
      }
    }
    self.shapes = shapes
    let firstOwn = names.count
    names += policy.operatorRules.map(\.fullName)
    ruleNames = names
    let table = PolicyTable(policy, ruleNames: names)
    let operators = OperatorRuleTable(policy.operatorRules, firstRule: firstOwn) { rule in
      if case .keep = policy.mode(of: rule.fullName) { true } else { false }
    }
    self.operators = operators
    self.policy = table
    markerNames = MarkerTable(names)
    markers = names.map { Array("[REDACTED:\($0)]".utf8) }
    let entries = Self.entries(shapes)
    tables = ScanTables(
      keywords: KeywordFilter(entries), wide: WideScan(entries.map { ($0.literal, $0.foldsCase) }), policy: table,
      operators: operators,
      redactsAddresses: redactsAddresses)
  }

  deinit { tables.deallocate() }

  /// The rule's name, such as `token.github`.
  package func name(of rule: RuleID) -> String {
    String(decoding: markers[Int(rule.rawValue)].dropFirst(10).dropLast(), as: UTF8.self)
  }

  private static func entries(_ shapes: [TokenShape]) -> [KeywordFilter.Entry] {
    var entries: [KeywordFilter.Entry] = []
    for (index, shape) in shapes.enumerated() {
      // A literal of two bytes stands in the filter once for each byte of its tail's first class that can follow.
      precondition(shape.literal.count >= 3, "the keyword filter needs three bytes")
      entries.append(.init(literal: shape.literal, foldsCase: false, action: .token(index)))
    }
    let words: [(String, KeywordAction)] = [
      ("bearer", .bearer), ("basic ", .basic), ("-----begin", .pem), ("values", .sqlValues),
      ("passw", .credentialWord), ("passphrase", .credentialWord), ("passcode", .credentialWord),
      ("pwd", .credentialWord), ("secret", .credentialWord), ("token", .credentialWord),
      ("apikey", .credentialWord), ("api_key", .credentialWord), ("api-key", .credentialWord),
      ("api key", .credentialWord), ("access_key", .credentialWord), ("access key", .credentialWord),
      ("secret_key", .credentialWord), ("private_key", .credentialWord), ("auth_key", .credentialWord),
      ("requirepass", .credentialWord), ("masterauth", .credentialWord), ("credential", .credentialWord),
      ("account_key", .credentialWord), ("encryption_key", .credentialWord), ("signing_key", .credentialWord),
      ("license key", .credentialWord), ("master key", .credentialWord), ("encryption key", .credentialWord),
      ("pin code", .credentialWord), ("verification code", .credentialWord), ("security code", .credentialWord),
      ("access code", .credentialWord), ("time code", .credentialWord), ("2fa code", .credentialWord),
      ("mfa code", .credentialWord), ("sms code", .credentialWord), ("login code", .credentialWord),
      ("backup code", .credentialWord), ("recovery code", .credentialWord),
      ("cvv ", .credentialWord), ("pin ", .credentialWord), ("otp ", .credentialWord),
      ("парол", .credentialWord), ("contrase", .credentialWord), ("kennwort", .credentialWord),
      ("hasło", .credentialWord), ("wachtwoord", .credentialWord), ("lösenord", .credentialWord),
      ("creds", .account), ("login: ", .account), ("logins: ", .account),
      ("basicauth(", .secondArgument), ("basic_auth(", .secondArgument), (".login(", .secondArgument),
      ("credentials(", .secondArgument), ("networkcredential(", .secondArgument),
      ("passwordauthentication(", .secondArgument), ("vault login ", .nextWord), ("doctl auth init -t ", .nextWord),
      (" /rp ", .nextWord), ("convertto-securestring ", .secureString),
      (" is your ", .sentCode), (" as your ", .sentCode), (" to verify", .sentCode), (" to log in", .sentCode),
      (" to sign in", .sentCode),
      ("passwort", .credentialWord), ("mot de passe", .credentialWord), ("senha", .credentialWord),
      ("identified by", .identifiedBy), ("identified with", .identifiedBy),
      ("thin:", .oracleThin), ("private-lines:", .puttyKey), ("kind: secret", .kubernetesSecret), ("echo ", .echo),
      ("printf ", .echo),
    ]
    entries += words.map { .init(literal: Array($0.0.utf8), foldsCase: true, action: $0.1) }
    entries.append(.init(literal: Array("eyJ".utf8), foldsCase: false, action: .jwt))
    entries.append(.init(literal: Array("[REDACTED:".utf8), foldsCase: false, action: .marker))
    entries += CommandTool.allCases.map {
      .init(literal: Array($0.rawValue.utf8), foldsCase: false, action: .tool($0))
    }
    return entries
  }
}
