extension Redactor {
  /// What stands after a sensitive name in prose or code and is no secret: a type, a state, an expression.
  mutating func isHarmlessInText(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment, isQuoted: Bool
  ) -> Bool {
    let verdict = found.verdict
    if isHarmless(bytes, range, verdict) { return true }
    guard range.count <= Self.harmlessMax else { return false }
    var wordEnd = range.lowerBound
    while wordEnd < range.upperBound, tables[bytes[wordEnd]].meets([.alpha, .digit, .underscore, .hyphen, .nonASCII]) {
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
    let isBareWord = wordEnd == range.upperBound || !tables[bytes[wordEnd]].meets([.tokenSymbol, .plusSlash, .equals])
    if isBareWord, rules.stopWords.contains(bytes, word),
      wordEnd == range.upperBound || bytes[wordEnd] != UInt8(ascii: "@")
    {
      return true
    }
    return isCmdlet(bytes, range) || isExpression(bytes, range) || isKeywordArgument(bytes, range, found)
      || isCode(bytes, range, found)
  }

  /// PowerShell: what makes the value, and not the value.
  private mutating func isCmdlet(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for cmdlet: StaticString in ["ConvertTo-SecureString", "Get-Credential", "Get-Secret", "Read-Host", "New-Object"]
    where cmdlet.utf8CodeUnitCount == range.count && stands(cmdlet, bytes, range.lowerBound) { return true }
    return false
  }

  /// `token: JSONToken`, `if secret == other`, `self.token = next`: a type, or a variable beside one.
  private mutating func isCode(_ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment) -> Bool {
    var humps = 0
    for index in range {
      guard tables[bytes[index]].meets([.alpha, .underscore, .dot]) else { return false }
      if index > range.lowerBound, tables[bytes[index]].meets(.upper), tables[bytes[index - 1]].meets(.lower) {
        humps += 1
      }
      if index > range.lowerBound, tables[bytes[index]].meets(.lower), tables[bytes[index - 1]].meets(.upper) {
        humps += 1
      }
    }
    let name = found.name
    if bytes[found.sign] == UInt8(ascii: ":") {
      // A type is followed by what code goes on with; a random token may have the same capitals, but ends its line.
      guard humps >= 3 || humps > 0 && isParameterName(bytes, name.lowerBound), range.count <= 40,
        range.upperBound + 1 < bytes.count
      else { return false }
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
  private mutating func isKeywordArgument(_ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment) -> Bool {
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

  /// A name behind `(`, `, ` or `_ `, where a parameter's type follows.
  private mutating func isParameterName(_ bytes: Span<UInt8>, _ name: Int) -> Bool {
    guard name >= 2 else { return false }
    if bytes[name - 1] == UInt8(ascii: "(") { return true }
    return bytes[name - 1] == 0x20 && (bytes[name - 2] == UInt8(ascii: ",") || bytes[name - 2] == UInt8(ascii: "_"))
  }

  private mutating func isNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] &- 48 >= 10 && bytes[index] != UInt8(ascii: ".") { return false }
    return true
  }

  /// `Bearer`, `Basic`, `Token`, … before credentials.
  mutating func isScheme(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
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
  private mutating func isExpression(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
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
}
