extension Redactor {
  /// A name and its value in a text, as found at the sign between them.
  struct Assignment {
    var name: Range<Int>
    var sign: Int
    var verdict: KeyVerdict
    /// The name is a parameter of a URL or form: what stands before it is `?` or `&`.
    var isParameter = false
  }

  /// At `=` or `:`. If what stands before is a sensitive name, takes what stands after.
  mutating func assignment(_ bytes: Span<UInt8>, _ sign: Int, _ pass: inout TextPass) -> Int {
    if tables.redactsAddresses, pass.personal, bytes[sign] == UInt8(ascii: ":"),
      let address = longAddress(bytes, sign, &pass)
    {
      return take(address.lowerBound, address.upperBound, RuleID(.ip), &pass)
    }
    let end = pass.range.upperBound
    guard sign + 1 < end else { return sign + 1 }
    let next = bytes[sign + 1]
    if bytes[sign] == UInt8(ascii: ":") {
      if next == UInt8(ascii: "/"), sign + 2 < end, bytes[sign + 2] == UInt8(ascii: "/") {
        return authority(bytes, sign, &pass)
      }
      if next == UInt8(ascii: ":") { return doubleColon(bytes, sign, &pass) ?? sign + 2 }
      if next &- 48 < 10, sign > pass.floor {
        if tables[bytes[sign - 1]].meets(.alnum), let taken = passwordFile(bytes, sign, &pass) { return taken }
        if bytes[sign - 1] &- 48 < 10 { return sign + 1 }  // a time of day
      }
    }
    return assignment(bytes, sign, nameEnd: sign, &pass)
  }

  /// At `：` or `＝`, as Chinese and Japanese texts have them.
  mutating func wideAssignment(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    guard place + 3 < pass.range.upperBound, bytes[place + 1] == 0xBC,
      bytes[place + 2] == 0x9A || bytes[place + 2] == 0x9D
    else { return place + 1 }
    return assignment(bytes, place + 2, nameEnd: place, &pass)
  }

  /// `password::hunter2x`: a value that looks like one; `Token::new` is code.
  private mutating func doubleColon(_ bytes: Span<UInt8>, _ sign: Int, _ pass: inout TextPass) -> Int? {
    guard let found = named(bytes, sign, sign, &pass), found.verdict.strength == .strong,
      !found.verdict.traits.contains(.personal), let value = valueStart(bytes, sign + 1, &pass)
    else { return nil }
    let range = value.start..<unquotedEnd(bytes, value.start, found, &pass)
    guard looksSecret(bytes, range, leastLength: 6) || isMixedPassword(bytes, range, found.verdict),
      !isMarker(bytes, range)
    else { return nil }
    return take(range.lowerBound, range.upperBound, found.verdict.rule, &pass)
  }

  private mutating func assignment(
    _ bytes: Span<UInt8>, _ sign: Int, nameEnd: Int, _ pass: inout TextPass
  ) -> Int {
    guard var found = named(bytes, sign, nameEnd, &pass) else { return sign + 1 }
    refine(&found, bytes, &pass)
    guard let value = valueStart(bytes, sign, &pass) else {
      return found.verdict.strength == .strong ? list(bytes, sign, found, &pass) : sign + 1
    }
    if found.verdict.traits.contains(.nameRole), found.verdict.strength == .none, !found.isParameter {
      rememberName(bytes, value, &pass)
      return max(sign + 1, pass.floor)
    }
    guard
      found.verdict.strength > .none || found.verdict.traits.contains(.phone) || found.isParameter
        || found.verdict.traits.contains(.personal)
    else { return sign + 1 }
    guard let taken = takeValue(bytes, value, found, &pass) else { return sign + 1 }
    return found.verdict.rule == RuleID(.passcode) && value.quote == 0
      ? moreCodes(bytes, taken, found.verdict.rule, &pass) : taken
  }

  /// The name before a sign: an identifier, perhaps in quotes, brackets or with a blank between.
  private mutating func named(_ bytes: Span<UInt8>, _ sign: Int, _ nameEnd: Int, _ pass: inout TextPass) -> Assignment?
  {
    var end = nameEnd
    while end > pass.floor {
      switch bytes[end - 1] {
      case 0x20, 0x09, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "\\"), UInt8(ascii: "]"),
        UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"):
        end -= 1
        continue
      default: break
      }
      break
    }
    var start = end
    let limit = max(pass.floor, end - KeyClassifier.lengthMax)
    while start > limit, tables[bytes[start - 1]].meets(.identifier) { start -= 1 }
    while start < end, bytes[start] == UInt8(ascii: "-") || bytes[start] == UInt8(ascii: ".") { start += 1 }
    guard start < end else { return nil }
    var found = Assignment(name: start..<end, sign: sign, verdict: verdict(of: bytes, start..<end))
    if start > pass.range.lowerBound {
      let before = bytes[start - 1]
      found.isParameter = before == UInt8(ascii: "?") || before == UInt8(ascii: "&")
    }
    return found
  }

  /// Looks at the word before, at names given earlier, at the place of the name.
  private mutating func refine(_ found: inout Assignment, _ bytes: Span<UInt8>, _ pass: inout TextPass) {
    let start = found.name.lowerBound
    guard found.verdict.strength == .none else { return }
    if stands("--from-literal=", bytes, start - 15) {
      found.verdict = KeyVerdict(.weak, .secret)
      return
    }
    if start > pass.floor, bytes[start - 1] == UInt8(ascii: "/"), found.name.count == 1,
      bytes[start] == UInt8(ascii: "p"),
      pass.tool == .xfreerdp || pass.tool == .rdesktop
    {
      found.verdict = KeyVerdict(.strong, .commandLine)
      return
    }
    if found.verdict.traits.contains(.valueRole), pass.namedEnd >= pass.range.lowerBound, pass.namedEnd > start - 1024,
      pass.named.strength > .none
    {
      found.verdict = pass.named
      return
    }
    if bytes[found.sign] == UInt8(ascii: "="), let declared = declaredName(bytes, start, &pass) {
      found.verdict = declared
      return
    }
    if start > pass.floor + 1, bytes[start - 1] == 0x20, tables[bytes[start - 2]].meets(.alpha) {
      var before = start - 1
      let limit = max(pass.floor, start - 24)
      while before > limit, tables[bytes[before - 1]].meets([.word, .hyphen]) { before -= 1 }
      let both = verdict(of: bytes, before..<found.name.upperBound)
      if both.strength == .strong || both.traits.contains(.phone)
        || both.strength == .weak && !found.verdict.traits.contains(.nameRole)
      {
        found.verdict = both
        found.name = before..<found.name.upperBound
        return
      }
    }
    if pass.inKubernetesSecret, bytes[found.sign] == UInt8(ascii: ":") {
      found.verdict = KeyVerdict(.weak, .secret)
    }
  }

  /// `apiKey: String = "…"`: the name before a declared type.
  private mutating func declaredName(_ bytes: Span<UInt8>, _ type: Int, _ pass: inout TextPass) -> KeyVerdict? {
    var end = type
    if stands("'static ", bytes, end - 8) { end -= 8 }
    while end > pass.floor,
      bytes[end - 1] == 0x20 || bytes[end - 1] == UInt8(ascii: "&") || bytes[end - 1] == UInt8(ascii: "*")
    {
      end -= 1
    }
    guard end > pass.floor, bytes[end - 1] == UInt8(ascii: ":") else { return nil }
    end -= 1
    while end > pass.floor, bytes[end - 1] == 0x20 || bytes[end - 1] == UInt8(ascii: "?") { end -= 1 }
    var start = end
    let limit = max(pass.floor, end - 64)
    while start > limit, tables[bytes[start - 1]].meets([.word, .nonASCII]) { start -= 1 }
    guard start < end else { return nil }
    let verdict = verdict(of: bytes, start..<end)
    return verdict.strength > .none && !verdict.traits.contains(.header) ? verdict : nil
  }

  mutating func rememberName(_ bytes: Span<UInt8>, _ value: ValueStart, _ pass: inout TextPass) {
    var end = value.start
    while end < pass.range.upperBound, end - value.start < KeyClassifier.lengthMax,
      tables[bytes[end]].meets(.identifier)
    { end += 1 }
    guard end > value.start else { return }
    pass.named = verdict(of: bytes, value.start..<end)
    pass.namedEnd = end
    if pass.named.strength == .strong { multipart(bytes, end, &pass) }
  }

  /// `name="password"`, an empty line, then the value up to the next line: a part of a multipart form.
  private mutating func multipart(_ bytes: Span<UInt8>, _ nameEnd: Int, _ pass: inout TextPass) {
    var place = nameEnd
    let end = pass.range.upperBound
    if place < end, isQuote(bytes[place]) { place += 1 }
    var breaks = 0
    while place < end, bytes[place] == 0x0D || bytes[place] == 0x0A {
      if bytes[place] == 0x0A { breaks += 1 }
      place += 1
    }
    guard breaks == 2 else { return }
    var valueEnd = place
    while valueEnd < end, bytes[valueEnd] != 0x0D, bytes[valueEnd] != 0x0A { valueEnd += 1 }
    let value = place..<valueEnd
    guard !value.isEmpty, !isHarmless(bytes, value, pass.named) else { return }
    _ = take(value.lowerBound, value.upperBound, pass.named.rule, &pass)
  }

  /// Where a value begins, and the quote it stands in.
  struct ValueStart {
    var start: Int
    /// The closing quote to look for; 0 for none.
    var quote: UInt8 = 0
    /// Backslashes before the quote.
    var escapes = 0
  }

  /// Goes over the sign, blanks and an opening quote. Nil where the line ends.
  mutating func valueStart(_ bytes: Span<UInt8>, _ sign: Int, _ pass: inout TextPass) -> ValueStart? {
    let end = pass.range.upperBound
    var place = sign + 1
    while place < end, bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ">") { place += 1 }
    while place < end, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    if place + 1 < end, bytes[place] == UInt8(ascii: "="), bytes[place + 1] == 0x20 { place += 2 }  // `x = = y`
    if place < end, bytes[place] == UInt8(ascii: "!"), let behind = behindTag(bytes, place, end) { place = behind }
    if stands("**", bytes, place) {  // `**Password:** x`
      while place < end, bytes[place] == UInt8(ascii: "*") || bytes[place] == 0x20 { place += 1 }
    }
    guard place < end, bytes[place] != 0x0A, bytes[place] != 0x0D else { return nil }
    return opening(bytes, place, &pass)
  }

  /// Behind a YAML tag such as `!vault`; the end for one that refers to a value, such as `!Ref`.
  private mutating func behindTag(_ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> Int? {
    var index = place + 1
    let limit = min(end, place + 32)
    while index < limit, tables[bytes[index]].meets(.alpha) || bytes[index] == UInt8(ascii: "!") { index += 1 }
    guard index > place + 1, index < limit, bytes[index] == 0x20 else { return nil }
    for tag: StaticString in [
      "!Ref", "!GetAtt", "!Sub", "!ImportValue", "!env", "!ENV", "!secret", "!include", "!reference",
    ]
    where tag.utf8CodeUnitCount == index - place && stands(tag, bytes, place) { return end }
    while index < end, bytes[index] == 0x20 { index += 1 }
    return index
  }

  /// An opening quote at a place, with what may stand before it: backslashes, the prefix of a string literal.
  mutating func opening(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> ValueStart {
    let end = pass.range.upperBound
    var quote = place
    if quote + 1 < end, bytes[quote] | 0x20 &- 97 < 26 || bytes[quote] == UInt8(ascii: "@"), isQuote(bytes[quote + 1]) {
      quote += 1
    }
    let first = quote
    while quote < end, quote - first < 15, bytes[quote] == UInt8(ascii: "\\") { quote += 1 }
    guard quote < end, isQuote(bytes[quote]) else { return ValueStart(start: place) }
    return ValueStart(start: quote + 1, quote: bytes[quote], escapes: quote - first)
  }

  @inline(__always)
  mutating func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }

  /// The end of a quoted value: the same quote with as many backslashes. Nil if there is none.
  mutating func closing(_ bytes: Span<UInt8>, _ value: ValueStart, _ pass: inout TextPass) -> Int? {
    // A search that fails meets no quote with as few backslashes, so that there are few of them: one for each count.
    if pass.noQuote.byte == value.quote, pass.noQuote.escapes == value.escapes, value.start < pass.noQuote.until {
      return nil
    }
    let limit = pass.range.upperBound
    var place = value.start
    var escapes = 0
    while place < limit {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\\") {
        escapes += 1
      } else {
        if byte == value.quote, value.escapes == 0 ? escapes % 2 == 0 : escapes > 0 && escapes <= value.escapes {
          let isDoubled = value.quote == UInt8(ascii: "'") && place + 1 < limit && bytes[place + 1] == value.quote
          if !isDoubled || place == value.start { return place - (value.escapes == 0 ? 0 : escapes) }
          place += 1
        } else if byte == value.quote, value.escapes > 0, escapes == 0 {
          return place  // the string around it ends
        }
        escapes = 0
      }
      place += 1
    }
    pass.noQuote = (value.quote, value.escapes, limit)
    return nil
  }
}
