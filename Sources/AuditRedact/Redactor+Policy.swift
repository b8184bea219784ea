import JSON

extension Redactor {
  /// Rules whose values are few enough to be guessed back from a pseudonym.
  private static let guessable: Set<BuiltInRule> = [
    .password, .passcode, .signature, .urlUserinfo, .sqlLiteral, .commandLine, .phone, .card, .nationalID, .ssn, .ip,
    .budget, .depth, .keyName, .basic, .credential,
  ]
  /// Bytes below which a value gets no pseudonym.
  private static let pseudonymLengthMin = 12

  /// Takes back the regions from `first` on that the policy lets stay.
  mutating func applyPolicy(from first: Int, path: String, _ line: Span<UInt8>) {
    let policy = rules.policy
    if policy.hasPaths, policy.allows(path: path) {
      regions.removeAll(from: first) { $0.rule != RuleID(.quotedNumber) }
      return
    }
    var kept: [Region] = []
    for region in regions[first...] {
      if case .keep = policy.mode(of: region.rule) { continue }
      if policy.hasValues, policy.allows(value: decoded(region, line)) { continue }
      kept.append(region)
    }
    guard kept.count < regions.count - first else { return }
    regions.removeSubrange(first...)
    regions += kept
  }

  /// The value that a region takes, without JSON's escapes, so that one value is one however it is spelled.
  private mutating func decoded(_ region: Region, _ line: Span<UInt8>) -> [UInt8] {
    var level = Scratch()
    level.map.start(raw: region.start)
    decodeBackslash(line, region.range, &level)
    if level.text.count >= 2, level.text.first == UInt8(ascii: "\""), level.text.last == UInt8(ascii: "\"") {
      return Array(level.text[1..<level.text.count - 1])
    }
    return level.text
  }

  /// Appends what stays of a region; the quotes around it are the caller's.
  mutating func appendPseudonym(_ region: Region, _ line: Span<UInt8>, into out: inout [UInt8]) {
    let marker = rules.markers[Int(region.rule.rawValue)]
    let value = decoded(region, line)
    let suffix: [UInt8]
    if region.rule == RuleID(.card) {
      suffix = Array(value.filter { $0 &- 48 < 10 }.suffix(4))
    } else if let key = rules.policy.pseudonymKey, value.count >= Self.pseudonymLengthMin, !isGuessable(region.rule) {
      suffix = key.pseudonym(of: value)
    } else {
      out.append(contentsOf: marker)
      return
    }
    out.append(contentsOf: marker.dropLast())
    out.append(UInt8(ascii: ":"))
    out.append(contentsOf: suffix)
    out.append(UInt8(ascii: "]"))
  }

  private mutating func isGuessable(_ rule: RuleID) -> Bool {
    Self.guessable.contains { RuleID($0) == rule }
  }

  /// What a marker has behind its rule's name: a colon and eight hexadecimal digits, or a card's last four.
  mutating func pseudonymLength(_ bytes: Span<UInt8>, _ place: Int, closing end: Int) -> Int {
    guard tables.writesPseudonyms else { return 0 }
    for length in [9, 5] where end - length > place + 10 && bytes[end - length] == UInt8(ascii: ":") {
      for index in end - length + 1..<end where !tables[bytes[index]].meets(length == 9 ? .hex : .digit) { return 0 }
      return length
    }
    return 0
  }
}

extension [Region] {
  fileprivate mutating func removeAll(from first: Int, where isGone: (Region) -> Bool) {
    let rest = self[first...].filter { !isGone($0) }
    removeSubrange(first...)
    self += rest
  }
}
