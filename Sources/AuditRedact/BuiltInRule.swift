/// The rules that are code. Vendor tokens and operators' own rules are rows of tables and follow after these.
enum BuiltInRule: UInt16, CaseIterable, Sendable {
  case password, secret, token, apiKey, credential, authorization, cookie, passcode, signature, keyName
  case bearer, basic, jwt, pem, urlUserinfo, urlParameter, sqlLiteral, commandLine, encodedSecret
  case email, phone, card, iban, nationalID, ssn, ip
  case budget, depth, fragment
  /// Not a redaction: the number stays, between quotes.
  case quotedNumber

  /// The name that stands in `[REDACTED:<name>]`, in metrics and in `--explain`.
  var name: StaticString {
    switch self {
    case .password: "key.password"
    case .secret: "key.secret"
    case .token: "key.token"
    case .apiKey: "key.api_key"
    case .credential: "key.credential"
    case .authorization: "key.authorization"
    case .cookie: "key.cookie"
    case .passcode: "key.passcode"
    case .signature: "key.signature"
    case .keyName: "key.name"
    case .bearer: "auth.bearer"
    case .basic: "auth.basic"
    case .jwt: "token.jwt"
    case .pem: "key.pem"
    case .urlUserinfo: "url.userinfo"
    case .urlParameter: "url.parameter"
    case .sqlLiteral: "sql.literal"
    case .commandLine: "command.option"
    case .encodedSecret: "encoded.secret"
    case .email: "pii.email"
    case .phone: "pii.phone"
    case .card: "pii.card"
    case .iban: "pii.iban"
    case .nationalID: "pii.national_id"
    case .ssn: "pii.ssn"
    case .ip: "pii.ip"
    case .budget: "limit.budget"
    case .depth: "limit.depth"
    case .fragment: "limit.fragment"
    case .quotedNumber: "number.quoted"
    }
  }
}

/// A rule by number; `RedactionRules` knows its name.
package struct RuleID: Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ rule: BuiltInRule) { rawValue = rule.rawValue }
}
