extension Redactor {
  /// Takes the value of a sensitive name. Nil if it is no secret.
  mutating func takeValue(
    _ bytes: Span<UInt8>, _ value: ValueStart, _ found: Assignment, _ pass: inout TextPass
  ) -> Int? {
    let verdict = found.verdict
    if value.quote != 0, value.escapes == 0, bytes[found.name.upperBound] != value.quote,
      quoteBefore(bytes, found.name.lowerBound, &pass) == value.quote
    {
      return nil  // `'Password: '`: the quote closes what the name stands in
    }
    if value.quote != 0, let close = closing(bytes, value, &pass) {
      return takeJudged(bytes, value.start..<close, found, isQuoted: true, &pass)
    }
    guard value.start < pass.range.upperBound else { return nil }
    if value.quote != 0, verdict.strength == .strong, isQuotedName(bytes, found) {
      // A member of JSON that was cut off: nobody knows where its value would have ended.
      var end = value.start
      while end < pass.range.upperBound, bytes[end] != 0x0A { end += 1 }
      guard pass.personal || !verdict.traits.contains(.personal), !isHarmless(bytes, value.start..<end, verdict) else {
        return nil
      }
      return take(value.start, end, verdict.rule, &pass)
    }
    let first = bytes[value.start]
    if value.quote == 0, first == UInt8(ascii: "|") || first == UInt8(ascii: ">"), verdict.strength == .strong {
      if let block = blockScalar(bytes, value.start, found, &pass) {
        return takeJudged(bytes, block, found, isQuoted: true, &pass)
      }
    }
    if stands("[[", bytes, value.start), let long = longBracket(bytes, value.start, &pass) {
      return takeJudged(bytes, long, found, isQuoted: true, &pass)
    }
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") || first == UInt8(ascii: "(") {
      guard !stands("{{", bytes, value.start), !stands("[REDACTED:", bytes, value.start) else { return nil }
      guard verdict.strength == .strong, let end = bracketEnd(bytes, value.start, &pass) else { return nil }
      return take(value.start, end, verdict.rule, &pass)
    }
    let end = unquotedEnd(bytes, value.start, found, &pass)
    return takeJudged(bytes, value.start..<end, found, isQuoted: false, &pass)
      ?? takeArgument(bytes, value.start..<end, found, &pass)
  }

  /// Whether a quote, perhaps escaped, stands between the name and the sign.
  private mutating func isQuotedName(_ bytes: Span<UInt8>, _ found: Assignment) -> Bool {
    let after = found.name.upperBound
    return after < found.sign && (isQuote(bytes[after]) || bytes[after] == UInt8(ascii: "\\"))
  }

  /// `token = String::from("…")`: a literal that a call wraps, if it looks random.
  private mutating func takeArgument(
    _ bytes: Span<UInt8>, _ call: Range<Int>, _ found: Assignment, _ pass: inout TextPass
  ) -> Int? {
    var call = call
    if call.upperBound < pass.range.upperBound, bytes[call.upperBound] == 0x20, stands("new ", bytes, call.lowerBound) {
      var end = call.lowerBound + 4
      let limit = min(pass.range.upperBound - 1, end + 64)
      while end < limit, tables[bytes[end]].meets(.identifier) { end += 1 }
      call = call.lowerBound..<end + 1
    }
    guard found.verdict.strength == .strong, !call.isEmpty, call.upperBound < pass.range.upperBound,
      isQuote(bytes[call.upperBound]), bytes[call.upperBound - 1] == UInt8(ascii: "(")
    else { return nil }
    let value = ValueStart(start: call.upperBound + 1, quote: bytes[call.upperBound])
    guard let close = closing(bytes, value, &pass), looksSecret(bytes, value.start..<close, leastLength: 8) else {
      return nil
    }
    return take(value.start, close, found.verdict.rule, &pass)
  }

  /// Lua's `[[…]]`. A long one goes even where it is not closed.
  private mutating func longBracket(_ bytes: Span<UInt8>, _ start: Int, _ pass: inout TextPass) -> Range<Int>? {
    let limit = pass.range.upperBound
    var end = start + 2
    while end < limit, bytes[end] != UInt8(ascii: "]"), bytes[end] > 0x20, !isQuote(bytes[end]) { end += 1 }
    return end > start + 2 && stands("]]", bytes, end) || end - start > Self.harmlessMax ? start + 2..<end : nil
  }

  private mutating func takeJudged(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ found: Assignment, isQuoted: Bool, _ pass: inout TextPass
  ) -> Int? {
    guard !range.isEmpty, !isMarker(bytes, range) else { return nil }
    let verdict = found.verdict
    if pass.personal, verdict.traits.contains(.phone) {
      let number = phoneRun(bytes, range.lowerBound, &pass)
      return isPhoneLike(bytes, number) ? take(number.lowerBound, number.upperBound, RuleID(.phone), &pass) : nil
    }
    if verdict.traits.contains(.personal) {
      guard pass.personal, verdict.strength == .strong else { return nil }
      let run = isQuoted ? range : identifierRun(bytes, range, &pass)
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

  /// A YAML list under a sensitive name: each item goes.
  mutating func list(_ bytes: Span<UInt8>, _ sign: Int, _ found: Assignment, _ pass: inout TextPass) -> Int {
    let end = pass.range.upperBound
    var place = sign + 1
    while true {
      while place < end, bytes[place] <= 0x20 { place += 1 }
      guard place + 2 < end, bytes[place] == UInt8(ascii: "-"), bytes[place + 1] == 0x20 else {
        return found.verdict.rule == RuleID(.passcode) ? moreCodes(bytes, place, found.verdict.rule, &pass) : place
      }
      let value = opening(bytes, place + 2, &pass)
      let before = pass.floor
      guard let next = takeValue(bytes, value, found, &pass), pass.floor > before else { return place + 2 }
      place = next
      while place < end, bytes[place] != 0x0A { place += 1 }
    }
  }

  /// The closing bracket of data under a sensitive name; nil where it is code.
  private mutating func bracketEnd(_ bytes: Span<UInt8>, _ start: Int, _ pass: inout TextPass) -> Int? {
    let limit = pass.range.upperBound
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
  private mutating func identifierRun(_ bytes: Span<UInt8>, _ range: Range<Int>, _ pass: inout TextPass) -> Range<Int> {
    var end = range.upperBound
    let limit = min(pass.range.upperBound, range.lowerBound + 48)
    while end + 1 < limit, bytes[end] == 0x20, bytes[end + 1] &- 48 < 10 {
      end += 1
      while end < limit, bytes[end] &- 48 < 10 || bytes[end] == UInt8(ascii: "-") { end += 1 }
    }
    return range.lowerBound..<end
  }
}
