/// Secrets that only their place in code, in a command or in a sentence tells.
extension Redactor {
  /// Bytes in which a first argument, a name, a user has to end.
  private static let reach = 256

  /// Behind `login(`, `HTTPBasicAuth(` and their like: the second argument.
  mutating func secondArgument(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    let end = min(pass.range.upperBound, place + Self.reach)
    var comma = place
    var quote: UInt8 = 0
    while comma < end {
      let byte = bytes[comma]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if isQuote(byte) {
        quote = byte
      } else if byte == UInt8(ascii: ",") {
        break
      } else if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ";") || byte == 0x0A {
        return nil
      }
      comma += 1
    }
    guard comma < end, comma > place else { return nil }
    var start = comma + 1
    while start < end, bytes[start] == 0x20 { start += 1 }
    let value = opening(bytes, start, &pass)
    guard value.quote != 0, let close = closing(bytes, value, &pass), close > value.start else { return nil }
    return takeWord(bytes, value.start..<close, .password, &pass)
  }

  /// At a quote behind a comma: `('password', 'x')`, `define("API_KEY", "x")`, `["token", "x"]`.
  mutating func pairValue(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var end = place
    while end > pass.floor, bytes[end - 1] == 0x20 { end -= 1 }
    guard end > pass.floor + 4, bytes[end - 1] == UInt8(ascii: ","), isQuote(bytes[end - 2]) else { return nil }
    let nameEnd = end - 2
    var start = nameEnd
    let limit = max(pass.floor + 2, nameEnd - KeyClassifier.lengthMax)
    while start > limit, tables[bytes[start - 1]].meets(.identifier) { start -= 1 }
    guard start < nameEnd, start >= pass.floor + 2, bytes[start - 1] == bytes[nameEnd] else { return nil }
    var open = start - 2
    while open > pass.floor, bytes[open] == 0x20 { open -= 1 }
    guard bytes[open] == UInt8(ascii: "(") || bytes[open] == UInt8(ascii: "[") else { return nil }
    let verdict = verdict(of: bytes, start..<nameEnd)
    guard verdict.strength == .strong, !verdict.traits.contains(.personal) else { return nil }
    let value = ValueStart(start: place + 1, quote: bytes[place])
    guard let close = closing(bytes, value, &pass), close > value.start else { return nil }
    let range = value.start..<close
    guard looksSecret(bytes, range, leastLength: 6) || isMixedPassword(bytes, range, verdict),
      !isHarmless(bytes, range, verdict)
    else { return nil }
    return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
  }

  /// Behind `vault login `, ` /rp `: the next word.
  mutating func nextWord(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var start = place
    while start < pass.range.upperBound, bytes[start] == 0x20 { start += 1 }
    guard start < pass.range.upperBound, bytes[start] != UInt8(ascii: "-"), bytes[start] > 0x20 else { return nil }
    return takeWord(bytes, word(bytes, start, &pass), .commandLine, &pass)
  }

  /// Behind `ConvertTo-SecureString`: the first word that is no option.
  mutating func secureString(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var start = place
    let end = pass.range.upperBound
    for _ in 0..<6 {
      while start < end, bytes[start] == 0x20 { start += 1 }
      guard start < end, bytes[start] > 0x20 else { return nil }
      guard bytes[start] == UInt8(ascii: "-") else { break }
      while start < end, bytes[start] > 0x20 { start += 1 }
    }
    guard start < end, bytes[start] != UInt8(ascii: "-"), bytes[start] != UInt8(ascii: "(") else { return nil }
    return takeWord(bytes, word(bytes, start, &pass), .commandLine, &pass)
  }

  /// A word of a command, without its quotes.
  private mutating func word(_ bytes: Span<UInt8>, _ start: Int, _ pass: inout TextPass) -> Range<Int> {
    let value = opening(bytes, start, &pass)
    if value.quote != 0, let close = closing(bytes, value, &pass) { return value.start..<close }
    return start..<tokenEnd(bytes, start, &pass)
  }

  private mutating func takeWord(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ rule: BuiltInRule, _ pass: inout TextPass
  ) -> Int? {
    guard range.count >= 3, !isHarmless(bytes, range, KeyVerdict(.strong, .password)),
      !rules.stopWords.contains(bytes, range)
    else { return nil }
    return take(range.lowerBound, range.upperBound, RuleID(rule), &pass)
  }

  /// At the blank of ` is your `, ` as your `, ` to verify`: the code before it, if one is spoken of.
  mutating func sentCode(_ bytes: Span<UInt8>, _ place: Int, _ length: Int, _ pass: inout TextPass) -> Int? {
    var start = place
    let limit = max(pass.range.lowerBound, place - 9)
    while start > limit, bytes[start - 1] &- 48 < 10 || bytes[start - 1] == UInt8(ascii: "-") { start -= 1 }
    while start < place, bytes[start] == UInt8(ascii: "-") { start += 1 }
    guard (4...8).contains(place - start),
      start == pass.range.lowerBound || !tables[bytes[start - 1]].meets([.alnum, .dot, .plusSlash])
    else { return nil }
    let end = min(pass.range.upperBound, place + length + 40)
    var index = max(pass.range.lowerBound, start - 24)
    while index < end {
      switch bytes[index] | 0x20 {
      case UInt8(ascii: "c"), UInt8(ascii: "o"), UInt8(ascii: "p"):
        if index == pass.range.lowerBound || !tables[bytes[index - 1]].meets(.alnum) {
          for word: StaticString in ["code", "otp", "pin", "passcode", "password"] where folds(word, bytes, index, end)
          {
            return take(start, place, RuleID(.passcode), &pass)
          }
        }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Whether a word stands at a place, in any case.
  private mutating func folds(_ word: StaticString, _ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> Bool {
    guard place + word.utf8CodeUnitCount <= end else { return false }
    for offset in 0..<word.utf8CodeUnitCount where bytes[place + offset] | 0x20 != word.utf8Start[offset] {
      return false
    }
    return place + word.utf8CodeUnitCount == end || !tables[bytes[place + word.utf8CodeUnitCount]].meets(.alnum)
  }

  /// `creds joe / x`, `login: joe:x`, `credentials are joe/x`: what follows a user, if it looks chosen.
  mutating func account(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    let end = pass.range.upperBound
    let limit = min(end, place + Self.reach)
    var index = place
    while index < limit, tables[bytes[index]].meets(.alpha) { index += 1 }
    while index < limit, bytes[index] == 0x20 || bytes[index] == UInt8(ascii: ":") { index += 1 }
    for link: StaticString in ["are ", "is ", "with "] where stands(link, bytes, index) {
      index += link.utf8CodeUnitCount
      break
    }
    let user = index
    while index < limit, tables[bytes[index]].meets([.word, .dot, .hyphen]) || bytes[index] == UInt8(ascii: "@") {
      index += 1
    }
    guard index - user >= 2 else { return nil }
    if index < limit, bytes[index] == 0x20 { index += 1 }
    guard index < limit, bytes[index] == UInt8(ascii: "/") || bytes[index] == UInt8(ascii: ":") else { return nil }
    index += 1
    if index < limit, bytes[index] == 0x20 { index += 1 }
    let start = index
    var seen: ByteClass = []
    var symbols = 0
    while index < limit, bytes[index] > 0x20, !isQuote(bytes[index]), bytes[index] != UInt8(ascii: ",") {
      if bytes[index] == UInt8(ascii: "/") { return nil }
      seen.formUnion(tables[bytes[index]])
      if !tables[bytes[index]].meets([.word, .hyphen, .dot, .nonASCII]) { symbols += 1 }
      index += 1
    }
    guard index - start >= 6, seen.meets(.digit), seen.meets(.alpha),
      symbols > 0 || seen.meets(.upper) && seen.meets(.lower), !isMarker(bytes, start..<index)
    else { return nil }
    if index == limit { index = tokenEnd(bytes, start, &pass) }
    while index > start, bytes[index - 1] == UInt8(ascii: ".") { index -= 1 }
    return take(start, index, RuleID(.password), &pass)
  }

  /// `host:5432:database:user:password`, a line of `.pgpass`, at the colon before the port.
  mutating func passwordFile(_ bytes: Span<UInt8>, _ colon: Int, _ pass: inout TextPass) -> Int? {
    let end = pass.range.upperBound
    var index = colon + 1
    while index < end, bytes[index] &- 48 < 10, index - colon <= 6 { index += 1 }
    guard index - colon - 1 >= 3, index < end, bytes[index] == UInt8(ascii: ":") else { return nil }
    var seen: ByteClass = []
    for _ in 0..<2 {
      let first = index + 1
      index = first
      let limit = min(end, first + 64)
      while index < limit, tables[bytes[index]].meets([.word, .hyphen, .dot]) || bytes[index] == UInt8(ascii: "*") {
        if !tables[bytes[index]].meets(.hex) { seen.formUnion(.alpha) }
        index += 1
      }
      guard index > first, index < limit, bytes[index] == UInt8(ascii: ":"), bytes[first] &- 48 >= 10 else {
        return nil
      }
    }
    guard seen.meets(.alpha) else { return nil }  // groups of an IPv6 address
    let start = index + 1
    guard start >= pass.noPasswordFile else { return nil }
    let close = tokenEnd(bytes, start, &pass)
    pass.noPasswordFile = close
    let verdict = KeyVerdict(.strong, .password, .password)
    let range = start..<close
    guard range.count >= 4, !isHarmless(bytes, range, verdict),
      looksSecret(bytes, range, leastLength: 6) || isMixedPassword(bytes, range, verdict)
    else { return nil }
    return take(start, close, verdict.rule, &pass)
  }

  /// One past the lines of hexadecimal digits behind Ansible's header.
  mutating func vaultEnd(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    var end = place
    let limit = pass.range.upperBound
    while end < limit, bytes[end] > 0x20 { end += 1 }
    var index = end
    while index < limit, bytes[index] <= 0x20 {
      while index < limit, bytes[index] <= 0x20 { index += 1 }
      let first = index
      while index < limit, tables[bytes[index]].meets(.hex) { index += 1 }
      guard index - first >= 8, index == limit || bytes[index] <= 0x20 else { break }
      end = index
    }
    return end
  }

  /// Codes that follow one behind `recovery codes:`, in the same line or one a line. Returns where they end.
  mutating func moreCodes(_ bytes: Span<UInt8>, _ place: Int, _ rule: RuleID, _ pass: inout TextPass) -> Int {
    let limit = pass.range.upperBound
    var done = place
    while true {
      var start = done
      while start < limit, bytes[start] <= 0x20 || bytes[start] == UInt8(ascii: ",") { start += 1 }
      if start + 2 < limit, bytes[start] &- 48 < 10 {  // `1. code`
        var after = start
        while after < limit, after - start < 3, bytes[after] &- 48 < 10 { after += 1 }
        if after + 1 < limit, bytes[after] == UInt8(ascii: ".") || bytes[after] == UInt8(ascii: ")"),
          bytes[after + 1] == 0x20
        {
          start = after + 2
        }
      }
      var end = start
      var holdsDigit = false
      while end < limit, end - start <= 40, tables[bytes[end]].meets([.alnum, .hyphen]) {
        holdsDigit = holdsDigit || bytes[end] &- 48 < 10
        end += 1
      }
      guard holdsDigit, (6...40).contains(end - start),
        end == limit || bytes[end] <= 0x20 || bytes[end] == UInt8(ascii: ",") || bytes[end] == UInt8(ascii: ".")
      else { return done }
      done = take(start, end, rule, &pass)
    }
  }
}
