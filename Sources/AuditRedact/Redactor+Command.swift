extension Redactor {
  /// At `-`: an option of a command line whose value, the next word, is a secret.
  mutating func option(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    let end = pass.range.upperBound
    if place > pass.range.lowerBound {
      let before = bytes[place - 1]
      guard before <= 0x20 || isQuote(before) || before == UInt8(ascii: "[") || before == UInt8(ascii: "(") else {
        return place + 1
      }
    }
    guard place + 2 < end else { return place + 1 }
    var start = place + 1
    if bytes[start] == UInt8(ascii: "-") { start += 1 }
    guard tables[bytes[start]].meets(.alpha) else { return place + 1 }
    var nameEnd = start
    while nameEnd < end, tables[bytes[nameEnd]].meets([.word, .hyphen, .dot]) { nameEnd += 1 }
    if start == place + 1, let next = shortOption(bytes, start, nameEnd, &pass) { return next }
    guard nameEnd - start >= 2, nameEnd < end, let value = optionValue(bytes, nameEnd, &pass) else { return place + 1 }
    if isUserOption(bytes, start..<nameEnd) {
      return takePassword(bytes, value, &pass) ?? place + 1
    }
    let verdict = verdict(of: bytes, start..<nameEnd)
    guard verdict.strength > .none else { return place + 1 }
    return takeOption(bytes, value, verdict, &pass) ?? place + 1
  }

  /// Where an option's value begins after blanks; nil where the next word is an option itself.
  private mutating func optionValue(_ bytes: Span<UInt8>, _ nameEnd: Int, _ pass: inout TextPass) -> ValueStart? {
    var place = nameEnd
    let end = pass.range.upperBound
    // A quote may close the option's own word: `'--password', 'x'`.
    if place < end, isQuote(bytes[place]) { place += 1 }
    if place < end, bytes[place] == UInt8(ascii: ",") { place += 1 }
    guard place < end, bytes[place] == 0x20 || bytes[place] == 0x09 else { return nil }
    while place < end, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    if stands("<<<", bytes, place) {
      place += 3
      while place < end, bytes[place] == 0x20 { place += 1 }
    }
    guard place < end, bytes[place] > 0x20 else { return nil }
    let value = opening(bytes, place, &pass)
    guard value.start < end, value.quote != 0 || bytes[place] != UInt8(ascii: "-") else { return nil }
    return value
  }

  private mutating func takeOption(
    _ bytes: Span<UInt8>, _ value: ValueStart, _ verdict: KeyVerdict, _ pass: inout TextPass
  ) -> Int? {
    let range = optionRange(bytes, value, &pass)
    guard !range.isEmpty, !isMarker(bytes, range) else { return nil }
    if verdict.strength == .strong {
      guard !isHarmless(bytes, range, verdict), !rules.stopWords.contains(bytes, range) else { return nil }
    } else {
      guard looksSecret(bytes, range, leastLength: 8) else { return nil }
    }
    return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
  }

  private mutating func optionRange(_ bytes: Span<UInt8>, _ value: ValueStart, _ pass: inout TextPass) -> Range<Int> {
    if value.quote != 0, let close = closing(bytes, value, &pass) { return value.start..<close }
    var end = value.start
    let limit = pass.range.upperBound
    while end < limit, bytes[end] > 0x20, !(isQuote(bytes[end]) && end > value.start) { end += 1 }
    return value.start..<end
  }

  /// `-p x`, `-px`, `-u user:x`: what the command that was named takes.
  private mutating func shortOption(
    _ bytes: Span<UInt8>, _ letter: Int, _ nameEnd: Int, _ pass: inout TextPass
  ) -> Int? {
    guard let tool = pass.tool, letter - pass.toolPlace < 8192 else { return nil }
    let kind = tool.option(bytes[letter])
    let isAlone = nameEnd == letter + 1
    switch kind {
    case .none: return nil
    case .attached: if isAlone { return nil }
    case .value, .valueOrAttached, .userAndPassword: break
    }
    if isAlone, let value = optionValue(bytes, nameEnd, &pass) {
      if case .userAndPassword = kind { return takePassword(bytes, value, &pass) }
      let range = optionRange(bytes, value, &pass)
      guard !range.isEmpty, !isMarker(bytes, range), !isPlaceholder(bytes, range) else { return nil }
      return take(range.lowerBound, range.upperBound, RuleID(.commandLine), &pass)
    }
    if case .value = kind { return nil }
    let value = opening(bytes, letter + 1, &pass)
    if case .userAndPassword = kind { return takePassword(bytes, value, &pass) }
    let range = optionRange(bytes, value, &pass)
    guard range.count >= 2, !isMarker(bytes, range), !isPlaceholder(bytes, range), isAttachedSecret(bytes, range) else {
      return nil
    }
    return take(range.lowerBound, range.upperBound, RuleID(.commandLine), &pass)
  }

  /// `-pass` is an option of its own; `-pS3cret` carries a password.
  mutating func isAttachedSecret(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for word: StaticString in ["ass", "assword", "assin", "assout", "ort", "rotocol", "ath", "lugin"]
    where word.utf8CodeUnitCount == range.count && stands(word, bytes, range.lowerBound) { return false }
    return true
  }

  private mutating func isUserOption(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
    for word: StaticString in ["user", "proxy-user", "userpass", "creds", "credentials", "auth", "user-password"]
    where word.utf8CodeUnitCount == name.count && stands(word, bytes, name.lowerBound) { return true }
    return false
  }

  /// `user:password` or `user%password`: takes what follows the sign.
  private mutating func takePassword(_ bytes: Span<UInt8>, _ value: ValueStart, _ pass: inout TextPass) -> Int? {
    let range = optionRange(bytes, value, &pass)
    for index in beforeMarker(bytes, range) where bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "%")
    {
      let password = index + 1..<range.upperBound
      guard !password.isEmpty, !isPlaceholder(bytes, password), !isMarker(bytes, password) else { return nil }
      return take(password.lowerBound, password.upperBound, RuleID(.commandLine), &pass)
    }
    return nil
  }

  /// At `<`: an XML element whose name, or whose name attribute, is sensitive: takes its text.
  mutating func element(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    let end = pass.range.upperBound
    let start = place + 1
    guard start < end, tables[bytes[start]].meets(.alpha) else { return place + 1 }
    var nameEnd = start
    while nameEnd < end, tables[bytes[nameEnd]].meets(.identifier) || bytes[nameEnd] == UInt8(ascii: ":") {
      nameEnd += 1
    }
    var close = nameEnd
    while close < end, bytes[close] != UInt8(ascii: ">"), bytes[close] != UInt8(ascii: "<") { close += 1 }
    if close < end, nameEnd - start == 5, stands("input", bytes, start) {
      passwordInput(bytes, nameEnd..<close, &pass)
    }
    guard close < end, bytes[close] == UInt8(ascii: ">"), bytes[close - 1] != UInt8(ascii: "/") else {
      return place + 1
    }
    var local = start
    for index in start..<nameEnd where bytes[index] == UInt8(ascii: ":") { local = index + 1 }
    var verdict = verdict(of: bytes, local..<nameEnd)
    if verdict.strength == .none, close > nameEnd {
      verdict = attributeName(bytes, nameEnd..<close) ?? verdict
    }
    let content = close + 1
    if verdict.strength == .none, pass.named.strength > .none, pass.namedEnd > pass.range.lowerBound,
      start - pass.namedEnd < 32
    {
      verdict = pass.named
    }
    if verdict.strength == .strong, stands("<![CDATA[", bytes, content) {
      var last = content + 9
      while last < end, !(bytes[last] == UInt8(ascii: "]") && stands("]]>", bytes, last)) { last += 1 }
      guard !isHarmless(bytes, content + 9..<last, verdict) else { return content + 9 }
      return take(content + 9, last, verdict.rule, &pass)
    }
    var textEnd = content
    while textEnd < end, bytes[textEnd] != UInt8(ascii: "<") { textEnd += 1 }
    guard textEnd > content else { return place + 1 }
    if verdict.strength == .none {
      if verdict.traits.contains(.nameRole), textEnd - content <= 64 {
        (pass.named, pass.namedEnd) = (self.verdict(of: bytes, content..<textEnd), textEnd)
      }
      return place + 1
    }
    let range = content..<textEnd
    guard !isHarmless(bytes, range, verdict), !rules.stopWords.contains(bytes, range),
      verdict.strength == .strong || looksSecret(bytes, range, leastLength: 8), !isBlank(bytes, range),
      pass.personal || !verdict.traits.contains(.personal)
    else { return place + 1 }
    return take(content, textEnd, verdict.rule, &pass)
  }

  /// `<input type="password" value="x">`, in any order. The floor stays: the other attributes are still to be looked at.
  private mutating func passwordInput(_ bytes: Span<UInt8>, _ attributes: Range<Int>, _ pass: inout TextPass) {
    var isPassword = false
    var value = 0..<0
    for index in attributes where bytes[index] == 0x20 {
      if stands(" type=\"password\"", bytes, index) || stands(" type='password'", bytes, index)
        || stands(" type=password", bytes, index)
      {
        isPassword = true
      } else if stands(" value=", bytes, index), index + 7 < attributes.upperBound, isQuote(bytes[index + 7]) {
        var end = index + 8
        while end < attributes.upperBound, bytes[end] != bytes[index + 7] { end += 1 }
        value = index + 8..<end
      }
    }
    guard isPassword, !value.isEmpty, !isHarmless(bytes, value, KeyVerdict(.strong, .password)) else { return }
    regions.append(Region(start: value.lowerBound, end: value.upperBound, rule: RuleID(.password)))
  }

  private mutating func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] > 0x20 { return false }
    return true
  }

  /// `name="api_key"` or `key="api_key"` among an element's attributes.
  private mutating func attributeName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict? {
    var place = range.lowerBound
    while place < range.upperBound {
      if stands(" name=", bytes, place) || stands(" key=", bytes, place) || stands(" id=", bytes, place) {
        while bytes[place] != UInt8(ascii: "=") { place += 1 }
        let start = place + 2
        var end = start
        while end < range.upperBound, !isQuote(bytes[end]) { end += 1 }
        return start < end ? verdict(of: bytes, start..<end) : nil
      }
      place += 1
    }
    return nil
  }
}
