package import AuditModel

/// What a call of some tools costs, from some day on: `TOOL call=0.002 kib=0.0001 second=0.01 since=2026-01-01 tenant=acme`.
///
/// Prices are not stored with calls: cost is counted when it is asked for, from calls, result bytes and time, so a price that was
/// wrong is corrected where it stands. A new price gets the day from which it holds.
package struct UsagePrice: Hashable, Sendable, CustomStringConvertible {
  /// `*` at the end stands for any rest.
  package private(set) var tool: String
  package private(set) var tenant: TenantID?
  package private(set) var since: Day?
  /// In the units that budgets are in.
  package private(set) var perCall = 0.0
  package private(set) var perKibibyte = 0.0
  package private(set) var perSecond = 0.0

  package init(parsing text: String) throws(GrammarProblem) {
    let words = text.split(separator: " ")
    guard let tool = words.first, !tool.contains("=") else { throw GrammarProblem("begins with a tool, or with *") }
    self.tool = String(tool)
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw GrammarProblem("has `\(word)`, which is no name=value") }
      switch parts[0] {
      case "call": perCall = try Self.amount(parts[1])
      case "kib": perKibibyte = try Self.amount(parts[1])
      case "second": perSecond = try Self.amount(parts[1])
      case "since":
        guard let time = RecordTime(rfc3339: parts[1] + "T00:00:00Z") else {
          throw GrammarProblem("has since=\(parts[1]), which is no day such as 2026-01-31")
        }
        since = time.day
      case "tenant":
        guard let tenant = TenantID(parts[1]) else {
          throw GrammarProblem("has tenant=\(parts[1]), which is no tenant")
        }
        self.tenant = tenant
      default: throw GrammarProblem("has `\(parts[0])`; known are call, kib, second, since and tenant")
      }
    }
  }

  static func amount(_ text: String) throws(GrammarProblem) -> Double {
    guard let value = Double(text), value.isFinite, value >= 0, text.first.map({ $0.isNumber || $0 == "." }) == true
    else {
      throw GrammarProblem("has `\(text)`, which is no amount such as 0.002")
    }
    return value
  }

  package var description: String {
    var words = [tool]
    if perCall > 0 { words.append("call=\(perCall)") }
    if perKibibyte > 0 { words.append("kib=\(perKibibyte)") }
    if perSecond > 0 { words.append("second=\(perSecond)") }
    if let since { words.append("since=\(since)") }
    if let tenant { words.append("tenant=\(tenant.name)") }
    return words.joined(separator: " ")
  }

  package func applies(to tool: String, of tenant: TenantID, on day: Day) -> Bool {
    Self.matches(self.tool, tool) && (self.tenant.map { $0 == tenant } ?? true) && (since.map { $0 <= day } ?? true)
  }

  static func matches(_ pattern: String, _ text: String) -> Bool {
    pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
  }
}

/// Who belongs to a team: `TEAM=ACTOR`, where `*` at the actor's beginning or end stands for any rest.
package struct UsageTeam: Hashable, Sendable, CustomStringConvertible {
  package let team: String
  package let actor: String

  package init(parsing text: String) throws(GrammarProblem) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw GrammarProblem("is no team=actor, such as payments=*@pay.example.com") }
    (team, actor) = (parts[0], parts[1])
  }

  package var description: String { "\(team)=\(actor)" }

  package func has(_ actor: String) -> Bool {
    self.actor.hasPrefix("*") ? actor.hasSuffix(self.actor.dropFirst()) : UsagePrice.matches(self.actor, actor)
  }
}

/// What a tenant may spend in a month: `TENANT=AMOUNT`.
package struct UsageBudget: Hashable, Sendable, CustomStringConvertible {
  package let tenant: TenantID
  package let monthly: Double

  package init(parsing text: String) throws(GrammarProblem) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let tenant = TenantID(parts[0]) else {
      throw GrammarProblem("is no tenant=amount, such as acme=250")
    }
    self.tenant = tenant
    monthly = try UsagePrice.amount(parts[1])
  }

  package var description: String { "\(tenant.name)=\(monthly)" }
}

extension Grammar where Value == UsagePrice {
  static let usagePrice = Grammar("price of calls") { text throws(GrammarProblem) in
    try UsagePrice(parsing: text)
  } print: {
    $0.description
  }
}

extension Grammar where Value == UsageTeam {
  static let usageTeam = Grammar("team=actor") { text throws(GrammarProblem) in
    try UsageTeam(parsing: text)
  } print: {
    $0.description
  }
}

extension Grammar where Value == UsageBudget {
  static let usageBudget = Grammar("tenant=amount") { text throws(GrammarProblem) in
    try UsageBudget(parsing: text)
  } print: {
    $0.description
  }
}
