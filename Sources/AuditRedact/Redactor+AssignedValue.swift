extension Redactor {
  /// Takes the value of a sensitive name. Nil if it is no secret.
  mutating func takeValue(
    _ bytes: Span<UInt8>, _ value: ValueStart, _ found: Assignment, _ pass: inout TextPass
  ) -> Int? {
    let verdict = found.verdict
    if value.quote != 0, value.escapes == 0, bytes[found.name.upperBound] != value.quote,
      quoteBefore(bytes, found.name.lowerBound, pass) == value.quote
    {
      return nil  // `'Password: '`: the quote closes what the name stands in
    }
    if value.quote != 0, let close = closing(bytes, value, &pass) {
      return takeJudged(bytes, value.start..<close, found, isQuoted: true, &pass)
    }
    guard value.start < pass.range.upperBound else { return nil }
    let first = bytes[value.start]
    if value.quote == 0, first == UInt8(ascii: "|") || first == UInt8(ascii: ">"), verdict.strength == .strong {
      if let block = blockScalar(bytes, value.start, found, pass) {
        return takeJudged(bytes, block, found, isQuoted: true, &pass)
      }
    }
    if stands("[[", bytes, value.start), let long = longBracket(bytes, value.start, pass) {
      return takeJudged(bytes, long, found, isQuoted: true, &pass)
    }
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") || first == UInt8(ascii: "(") {
      guard !stands("{{", bytes, value.start), !stands("[REDACTED:", bytes, value.start) else { return nil }
      guard verdict.strength == .strong, let end = bracketEnd(bytes, value.start, pass) else { return nil }
      return take(value.start, end, verdict.rule, &pass)
    }
    let end = unquotedEnd(bytes, value.start, found, pass)
    return takeJudged(bytes, value.start..<end, found, isQuoted: false, &pass)
      ?? takeArgument(bytes, value.start..<end, found, &pass)
  }

  /// `token = String::from("…")`: a literal that a call wraps, if it looks random.
  private mutating func takeArgument(
    _ bytes: Span<UInt8>, _ call: Range<Int>, _ found: Assignment, _ pass: inout TextPass
  ) -> Int? {
    guard found.verdict.strength == .strong, !call.isEmpty, call.upperBound < pass.range.upperBound,
      isQuote(bytes[call.upperBound]), bytes[call.upperBound - 1] == UInt8(ascii: "(")
    else { return nil }
    let value = ValueStart(start: call.upperBound + 1, quote: bytes[call.upperBound])
    guard let close = closing(bytes, value, &pass), looksSecret(bytes, value.start..<close, leastLength: 8) else {
      return nil
    }
    return take(value.start, close, found.verdict.rule, &pass)
  }

  /// Lua's `[[…]]`.
  private func longBracket(_ bytes: Span<UInt8>, _ start: Int, _ pass: TextPass) -> Range<Int>? {
    let limit = min(pass.range.upperBound, start + 512)
    var end = start + 2
    while end < limit, bytes[end] != UInt8(ascii: "]"), bytes[end] > 0x20, !isQuote(bytes[end]) { end += 1 }
    return end > start + 2 && end < limit && stands("]]", bytes, end) ? start + 2..<end : nil
  }

  private mutating func takeJudged(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment, isQuoted: Bool, _ pass: inout TextPass
  ) -> Int? {
    guard !range.isEmpty, !isMarker(bytes, range) else { return nil }
    let verdict = found.verdict
    if pass.personal, verdict.traits.contains(.phone) {
      let number = phoneRun(bytes, range.lowerBound, pass)
      return isPhoneLike(bytes, number) ? take(number.lowerBound, number.upperBound, RuleID(.phone), &pass) : nil
    }
    if verdict.traits.contains(.personal) {
      guard pass.personal, verdict.strength == .strong else { return nil }
      let run = isQuoted ? range : identifierRun(bytes, range, pass)
      guard !isHarmless(bytes, run, verdict) else { return nil }
      return take(run.lowerBound, run.upperBound, verdict.rule, &pass)
    }
    switch verdict.strength {
    case .strong:
      guard !isHarmlessInText(bytes, range, found, isQuoted: isQuoted) else { return nil }
      return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
    case .weak:
      let isLong = found.isParameter && range.count >= 16 && !isUUID(bytes, range)
      guard isLong || looksSecret(bytes, range, leastLength: found.isParameter ? 6 : 8) else { return nil }
      return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
    case .none:
      guard found.isParameter, verdict.traits.contains(.wantsOwner) else { return nil }
      guard looksSecret(bytes, range, leastLength: 8) else { return nil }
      return take(range.lowerBound, range.upperBound, RuleID(.urlParameter), &pass)
    }
  }

  /// What stands after a sensitive name in prose or code and is no secret: a type, a state, an expression.
  private func isHarmlessInText(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment, isQuoted: Bool
  ) -> Bool {
    let verdict = found.verdict
    if isHarmless(bytes, range, verdict) { return true }
    var wordEnd = range.lowerBound
    while wordEnd < range.upperBound, rules[bytes[wordEnd]].meets([.alpha, .digit, .underscore, .hyphen, .nonASCII]) {
      wordEnd += 1
    }
    let word = range.lowerBound..<wordEnd
    if isScheme(bytes, word), wordEnd < range.upperBound, bytes[wordEnd] == 0x20 {
      var rest = wordEnd
      while rest < range.upperBound, bytes[rest] == 0x20 { rest += 1 }
      return rest == range.upperBound || isPlaceholder(bytes, rest..<range.upperBound)
        || isMarker(bytes, rest..<range.upperBound)
    }
    if isQuoted {
      // A sentence in quotes: `"password": "must be at least 12 characters"`.
      return wordEnd < range.upperBound && bytes[wordEnd] == 0x20 && rules.stopWords.contains(bytes, word)
    }
    if verdict.traits.contains(.keepsNumbers), isNumber(bytes, range) { return true }
    let isBareWord = wordEnd == range.upperBound || !rules[bytes[wordEnd]].meets([.tokenSymbol, .plusSlash, .equals])
    if isBareWord, rules.stopWords.contains(bytes, word),
      wordEnd == range.upperBound || bytes[wordEnd] != UInt8(ascii: "@")
    {
      return true
    }
    return isExpression(bytes, range) || isKeywordArgument(bytes, range, found) || isCode(bytes, range, found)
  }

  /// `token: JSONToken`, `if secret == other`, `self.token = next`: a type, or a variable beside one.
  private func isCode(_ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment) -> Bool {
    var humps = 0
    for index in range {
      guard rules[bytes[index]].meets([.alpha, .underscore, .dot]) else { return false }
      if index > range.lowerBound, rules[bytes[index]].meets(.upper), rules[bytes[index - 1]].meets(.lower) {
        humps += 1
      }
      if index > range.lowerBound, rules[bytes[index]].meets(.lower), rules[bytes[index - 1]].meets(.upper) {
        humps += 1
      }
    }
    let name = found.name
    if bytes[found.sign] == UInt8(ascii: ":") {
      // A type is followed by what code goes on with; a random token may have the same capitals, but ends its line.
      guard humps >= 3, range.count <= 40, range.upperBound + 1 < bytes.count else { return false }
      switch bytes[range.upperBound] {
      case UInt8(ascii: ","), UInt8(ascii: ")"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: ";"): return true
      case 0x20:
        return bytes[range.upperBound + 1] == UInt8(ascii: "=") || bytes[range.upperBound + 1] == UInt8(ascii: "{")
      default: return false
      }
    }
    if found.sign + 1 < bytes.count, bytes[found.sign + 1] == UInt8(ascii: "=") { return true }
    let before = bytes[found.sign - 1]
    if before == UInt8(ascii: "!") || before == UInt8(ascii: "+") { return true }
    for prefix: StaticString in ["self.", "this.", "cls.", "_"] where stands(prefix, bytes, name.lowerBound) {
      return true
    }
    return false
  }

  /// `login(user=name, token=tok)`: lower-case variables between parentheses and commas.
  private func isKeywordArgument(_ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment) -> Bool {
    guard range.upperBound < bytes.count, found.name.lowerBound > 1, bytes[found.sign] == UInt8(ascii: "=") else {
      return false
    }
    let after = bytes[range.upperBound]
    let before = bytes[found.name.lowerBound - 1]
    guard after == UInt8(ascii: ")") || after == UInt8(ascii: ","),
      before == UInt8(ascii: "(") || before == 0x20 && bytes[found.name.lowerBound - 2] == UInt8(ascii: ",")
    else { return false }
    for index in range where bytes[index] &- 97 >= 26 && bytes[index] != UInt8(ascii: "_") { return false }
    return true
  }

  private func isNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] &- 48 >= 10 && bytes[index] != UInt8(ascii: ".") { return false }
    return true
  }

  /// `Bearer`, `Basic`, `Token`, … before credentials.
  func isScheme(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for scheme: StaticString in [
      "bearer", "basic", "token", "digest", "negotiate", "oauth", "apikey", "ntlm", "key",
      "hawk", "mac", "sso-key", "splunk", "genie",
    ]
    where scheme.utf8CodeUnitCount == range.count {
      var isSame = true
      for offset in 0..<range.count where bytes[range.lowerBound + offset] | 0x20 != scheme.utf8Start[offset] {
        isSame = false
      }
      if isSame { return true }
    }
    return false
  }

  /// Code: `os.getenv("X")`, `process.env.X`, `await f(x)`, `config.password`.
  private func isExpression(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var dots = 0
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
      case UInt8(ascii: "."):
        if index == range.lowerBound { return false }
        dots += 1
      case UInt8(ascii: ":"): if index == range.lowerBound { return false }
      case UInt8(ascii: "("), UInt8(ascii: "["): return index > range.lowerBound + 1
      default: return false
      }
    }
    if range.upperBound < bytes.count, bytes[range.upperBound] == UInt8(ascii: "(") { return true }
    return dots > 0
  }

  /// Where an unquoted value ends. Separators end it only where something that looks like a next member follows,
  /// because passwords hold all of them.
  private func unquotedEnd(_ bytes: Span<UInt8>, _ start: Int, _ found: Assignment, _ pass: TextPass) -> Int {
    let limit = min(pass.range.upperBound, start + 16_384)
    let isHeader = found.verdict.traits.contains(.header)
    let isWholeLine = isHeader && bytes[found.sign] == UInt8(ascii: ":")
    let around = quoteBefore(bytes, found.name.lowerBound, pass)
    if isWholeLine { return lineEnd(bytes, start, around, limit) }
    var end = tokenRunEnd(bytes, start, around, limit)
    let word = start..<end
    if end < limit, bytes[end] == 0x20, isScheme(bytes, word) {
      var rest = end
      while rest < limit, bytes[rest] == 0x20 { rest += 1 }
      let restEnd = tokenRunEnd(bytes, rest, around, limit)
      if restEnd > rest { end = restEnd }
    } else if end < limit, bytes[end] == 0x20, found.verdict.strength == .strong, !found.isParameter {
      if let phrase = phraseEnd(bytes, word, around, limit) { end = phrase }
    }
    while end > start + 1, isTrailing(bytes[end - 1]) { end -= 1 }
    return end
  }

  private func isTrailing(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")")
      || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
  }

  /// The quote a whole `name: value` stands in (`-H "X-Api-Key: …"`), or 0.
  private func quoteBefore(_ bytes: Span<UInt8>, _ name: Int, _ pass: TextPass) -> UInt8 {
    guard name > pass.range.lowerBound else { return 0 }
    return isQuote(bytes[name - 1]) ? bytes[name - 1] : 0
  }

  private func lineEnd(_ bytes: Span<UInt8>, _ start: Int, _ quote: UInt8, _ limit: Int) -> Int {
    var end = start
    while end < limit, bytes[end] != 0x0A, bytes[end] != 0x0D {
      if quote != 0 ? bytes[end] == quote : bytes[end] == UInt8(ascii: "'") || bytes[end] == UInt8(ascii: "`") { break }
      if bytes[end] == UInt8(ascii: "\\"), end + 1 < limit,
        bytes[end + 1] == UInt8(ascii: "n") || bytes[end + 1] == UInt8(ascii: "r") || isQuote(bytes[end + 1])
      {
        break
      }
      end += 1
    }
    while end > start, bytes[end - 1] == 0x20 { end -= 1 }
    return end
  }

  private func tokenRunEnd(_ bytes: Span<UInt8>, _ start: Int, _ quote: UInt8, _ limit: Int) -> Int {
    var end = start
    while end < limit {
      let byte = bytes[end]
      switch byte {
      case 0...0x20: return end
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
        if quote == 0 || byte == quote || end + 1 == limit || bytes[end + 1] <= 0x20 { return end }
      case UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "#"):
        if end > start || byte == UInt8(ascii: "&"), startsMember(bytes, end, limit) { return end }
      case UInt8(ascii: "<"):
        if end + 1 < limit, bytes[end + 1] == UInt8(ascii: "/") { return end }
      case UInt8(ascii: "\\"):
        if end + 1 < limit,
          bytes[end + 1] == UInt8(ascii: "n") || bytes[end + 1] == UInt8(ascii: "r")
            || bytes[end + 1] == UInt8(ascii: "\"") || bytes[end + 1] == UInt8(ascii: "'")
        {
          return end
        }
      default: break
      }
      end += 1
    }
    return end
  }

  /// Whether a separator is followed by the end, a blank, or `name=`.
  private func startsMember(_ bytes: Span<UInt8>, _ separator: Int, _ limit: Int) -> Bool {
    var place = separator + 1
    guard place < limit else { return true }
    if bytes[place] <= 0x20 { return true }
    if bytes[separator] == UInt8(ascii: "#") { return rules[bytes[place]].meets(.alpha) && false }
    let nameLimit = min(limit, place + 48)
    while place < nameLimit, rules[bytes[place]].meets([.word, .hyphen, .dot]) || bytes[place] == 0x20 { place += 1 }
    return place < limit && place > separator + 1
      && (bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":"))
  }

  /// `password: autumn lantern planet`: words to the end of the line, none of which is prose.
  private func phraseEnd(_ bytes: Span<UInt8>, _ first: Range<Int>, _ quote: UInt8, _ limit: Int) -> Int? {
    guard isLowerWord(bytes, first), !rules.stopWords.contains(bytes, first) else { return nil }
    var end = first.upperBound
    var words = 1
    while end < limit, bytes[end] == 0x20 {
      let start = end + 1
      let next = tokenRunEnd(bytes, start, quote, limit)
      guard next > start, isLowerWord(bytes, start..<next), !rules.stopWords.contains(bytes, start..<next) else {
        return nil
      }
      words += 1
      guard words <= 24 else { return nil }
      end = next
    }
    return words > 1 ? end : nil
  }

  private func isLowerWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 3 else { return false }
    for index in range where bytes[index] &- 97 >= 26 { return false }
    return true
  }

  /// A YAML block scalar (`|`, `>`): the lines that are indented deeper than nothing.
  private func blockScalar(_ bytes: Span<UInt8>, _ start: Int, _ found: Assignment, _ pass: TextPass) -> Range<Int>? {
    var place = start + 1
    let end = pass.range.upperBound
    while place < end, bytes[place] != 0x0A { place += 1 }
    guard place - start <= 4, place < end else { return nil }
    let first = place + 1
    var last = first
    while place < end, place + 1 < end, bytes[place + 1] == 0x20 || bytes[place + 1] == 0x09 || bytes[place + 1] == 0x0A
    {
      place += 1
      while place < end, bytes[place] != 0x0A { place += 1 }
      last = place
    }
    return last > first ? first..<last : nil
  }

  /// A YAML list under a sensitive name: each item goes.
  mutating func list(_ bytes: Span<UInt8>, _ sign: Int, _ found: Assignment, _ pass: inout TextPass) -> Int {
    let end = pass.range.upperBound
    var place = sign + 1
    while true {
      while place < end, bytes[place] <= 0x20 { place += 1 }
      guard place + 2 < end, bytes[place] == UInt8(ascii: "-"), bytes[place + 1] == 0x20 else { return place }
      let value = opening(bytes, place + 2, pass)
      let before = pass.floor
      guard let next = takeValue(bytes, value, found, &pass), pass.floor > before else { return place + 2 }
      place = next
      while place < end, bytes[place] != 0x0A { place += 1 }
    }
  }

  /// The closing bracket of data under a sensitive name; nil where it is code.
  private func bracketEnd(_ bytes: Span<UInt8>, _ start: Int, _ pass: TextPass) -> Int? {
    let limit = min(pass.range.upperBound, start + 4096)
    var place = start + 1
    while place < limit, bytes[place] <= 0x20 { place += 1 }
    guard place < limit, isQuote(bytes[place]) || bytes[place] &- 48 < 10 || bytes[place] == UInt8(ascii: "\\") else {
      return nil
    }
    var depth = 0
    for index in start..<limit {
      switch bytes[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
    }
    return limit
  }

  /// A personal number may stand in groups: letters, digits and single separators.
  private func identifierRun(_ bytes: Span<UInt8>, _ range: Range<Int>, _ pass: TextPass) -> Range<Int> {
    var end = range.upperBound
    let limit = min(pass.range.upperBound, range.lowerBound + 48)
    while end + 1 < limit, bytes[end] == 0x20, bytes[end + 1] &- 48 < 10 {
      end += 1
      while end < limit, bytes[end] &- 48 < 10 || bytes[end] == UInt8(ascii: "-") { end += 1 }
    }
    return range.lowerBound..<end
  }
}
