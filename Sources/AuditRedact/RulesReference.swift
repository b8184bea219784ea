/// `schemas/redaction-rules.md`: every rule that may stand in `[REDACTED:<rule>]`, made from the tables.
package enum RulesReference {
  package static var markdown: String {
    """
    # Redaction rules

    <!-- Made from the tables of rules; AUDITTAIL_TEST_WRITE_REFERENCE=1 swift test writes it anew. -->

    What a rule takes out is replaced by `[REDACTED:<rule>]`. The rule, the path and the count stand in the record's
    `redactions`, never the value. A value that is too long, too deep or too costly to be judged goes as a whole.

    ## By key, context or form

    | Rule | What goes |
    |---|---|
    \(BuiltInRule.allCases.map { "| `\($0.name)` | \($0.summary) |" }.joined(separator: "\n"))

    ## Words of keys

    A key is split into words at capitals, digits and separators. The last word that is not neutral says what the value
    is; the word before may be needed to make it sensitive, and a harmless last word makes the whole key harmless.

    | Meaning | Words |
    |---|---|
    \(meanings.map { "| \($0.name) | \(words($0.meaning)) |" }.joined(separator: "\n"))

    ## Vendors' tokens

    A prefix stands with the least number of characters behind it: letters and digits (`a`), digits (`d`), hexadecimal
    digits (`h`), capitals and digits (`u`, `k` with hyphens), small letters and digits (`l`), with underscores (`w`), with
    hyphens (`t`), with dots (`n`), with further signs (`x`, `s`), base64 (`b`, `p`). `|` asks for a word's start, `#` for a
    digit and a letter, and `<` ends what must stand before. A checksum is never asked for. Prefixes in the last column
    go with any eight characters; behind `~` one of them must be a digit or a capital, and none an underscore if one ends
    the prefix.

    | Rule | Shapes | Eight characters |
    |---|---|---|
    \(TokenTable.rows.map(vendor).joined(separator: "\n"))

    ## National ids

    Found without a word beside them where form and checksum fit. `d` is a digit, `A` a capital, `a` a letter, `x` a letter
    or digit.

    | Form | Checksum |
    |---|---|
    \(forms.map { "| `\($0.pattern)` | \($0.check == .none ? "none" : "\($0.check)") |" }.joined(separator: "\n"))

    ## Commands

    Options of one letter, and operands, that carry secrets:
    \(CommandTool.allCases.map { "`\($0.rawValue.trimmed)`" }.joined(separator: ", ")).

    ## Rules of your own

    What a rule of the configuration takes (`redaction.rules`) becomes `[REDACTED:custom.<name>]`; `custom` is their family.

    ## Limits

    | Limit | |
    |---|---|
    | Nested containers in a line | \(Redactor.lineDepthMax); a deeper line goes as a whole |
    | Decodings of a value into another | \(Redactor.depthMax) |
    | Rules of your own in a policy | \(OperatorRule.countMax) |
    | Bytes looked at in a record | \(Redactor.budgetFactor) times its length and \(Redactor.budgetFloor) bytes |
    | Longest placeholder, path or expression that stays | \(Redactor.harmlessMax) bytes |

    """
  }

  private static let meanings: [(name: String, meaning: KeyWord)] = [
    ("password", .password), ("password, beside an owner or alone", .pass), ("secret", .secret), ("token", .token),
    ("tokens; numbers under it stay", .tokens), ("key, beside an owner", .key), ("key", .keyWithOwner),
    ("credential", .credential), ("authorization", .auth), ("authorization header", .authorization),
    ("cookie", .cookie), ("signature", .signature), ("PIN", .pin), ("one-time code", .oneTime),
    ("card code", .cardCode), ("session", .session), ("phone", .phone), ("card", .card), ("bank account", .bank),
    ("personal id", .identity), ("neutral", .neutral), ("harmless", .harmless),
  ]

  private static func words(_ meaning: KeyWord) -> String {
    KeyWord.vocabulary.filter { $0.0.meets(meaning) }
      .flatMap { $0.1.split(whereSeparator: { $0 == " " || $0 == "\n" }) }
      .filter { !$0.hasSuffix("_") }.map { "`\($0)`" }.joined(separator: " ")
  }

  private static func vendor(_ row: (vendor: String, shapes: [(pattern: String, tail: String)])) -> String {
    let shapes = row.shapes.map { "`\(escaped($0.pattern))` \(escaped($0.tail))" }.joined(separator: ", ")
    let prefixes = TokenTable.distinctive.filter { $0.vendor == row.vendor }
      .flatMap { $0.prefixes.split(separator: " ") }.map { "`\(escaped(String($0)))`" }.joined(separator: " ")
    return "| `token.\(row.vendor)` | \(shapes) | \(prefixes) |"
  }

  /// A bar would end a cell of the table.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static var forms: [NationalIDForm] {
    NationalIDForm.startingWithDigit + NationalIDForm.startingWithLetter + [NationalIDForm.spaced]
  }
}

extension String {
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension BuiltInRule {
  /// What the rule takes, for a person.
  var summary: StaticString {
    switch self {
    case .password: "Values of passwords, passphrases and their like, under a key or beside a name in a text"
    case .secret: "Values of secrets"
    case .token: "Values of tokens"
    case .apiKey:
      "Values of keys that belong to somebody: `api_key`, `secretAccessKey`, private members of a JSON Web Key"
    case .credential: "Credentials, as a whole where they are an object"
    case .authorization: "Authorization headers and members"
    case .cookie: "Cookie and Set-Cookie headers, cookies"
    case .passcode: "PINs, one-time codes, card codes; numbers too"
    case .signature: "Signatures that grant access"
    case .keyName: "A secret that is itself a key; stands in paths"
    case .bearer: "What follows `Bearer`"
    case .basic: "What follows `Basic`, if it decodes to a name and a password"
    case .jwt: "JSON Web Tokens, signed or encrypted, and malformed ones"
    case .pem: "Private keys in PEM, OpenSSH, PGP and PuTTY form, to their end or the text's"
    case .urlUserinfo: "The password before `@`, in URLs and connection strings"
    case .urlParameter: "Sensitive parameters of URLs and forms"
    case .sqlLiteral: "SQL literals beside sensitive columns, and after IDENTIFIED BY"
    case .commandLine: "Options and operands of commands that carry secrets"
    case .encodedSecret: "Encoded text with a secret in it"
    case .email: "E-mail addresses"
    case .phone: "Phone numbers: international, North American, or under a phone's key"
    case .card: "Payment cards: issuer range, length and Luhn digit"
    case .iban: "IBANs: country, length and check digits (ISO 13616)"
    case .nationalID: "National ids, by key or by form and checksum"
    case .ssn: "Social security numbers of the United States within the ranges given out"
    case .ip: "IP addresses; off by default"
    case .budget: "A value that would have cost more than the record's budget"
    case .depth: "A value or line that is nested or encoded too deeply"
    case .fragment: "A rejected line that is a single value, torn from its key"
    case .quotedNumber: "No redaction: a number that PostgreSQL cannot hold, as a string"
    }
  }
}
