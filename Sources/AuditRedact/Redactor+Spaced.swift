extension Redactor {
  /// At a quote: `PASSWORD 'x'`, `identified by "x"`, where only blanks stand between name and value.
  mutating func quoted(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    guard place > pass.floor + 2 else { return place + 1 }
    let before = bytes[place - 1]
    if before == UInt8(ascii: ",") || before == 0x20 && bytes[place - 2] == UInt8(ascii: ",") {
      return pairValue(bytes, place, &pass) ?? place + 1
    }
    guard before == 0x20 || before == UInt8(ascii: "(") || before == UInt8(ascii: "N") || before == UInt8(ascii: "E")
    else {
      return place + 1
    }
    var end = place - 1
    while end > pass.floor, bytes[end - 1] == 0x20 || bytes[end - 1] == UInt8(ascii: "(") { end -= 1 }
    var start = end
    let limit = max(pass.floor, end - 48)
    while start > limit, tables[bytes[start - 1]].meets([.word, .hyphen]) { start -= 1 }
    while start < end, bytes[start] == UInt8(ascii: "-") { start += 1 }
    guard end - start >= 3 else { return place + 1 }
    let verdict = verdict(of: bytes, start..<end)
    if verdict.strength == .none,
      verdict.traits.contains(.nameRole) || end - start == 6 && stands("output", bytes, start)
    {
      rememberName(bytes, ValueStart(start: place + 1, quote: bytes[place]), &pass)
      return max(place + 1, pass.floor)
    }
    guard verdict.strength == .strong, !verdict.traits.contains(.personal) else { return place + 1 }
    let value = ValueStart(start: place + 1, quote: bytes[place])
    guard let close = closing(bytes, value, &pass), close - value.start >= 3 else { return place + 1 }
    let range = value.start..<close
    if verdict.traits.contains(.password) {
      guard !isHarmless(bytes, range, verdict), !rules.stopWords.contains(bytes, range) else { return place + 1 }
      if holdsProse(bytes, range) { return place + 1 }
    } else {
      guard looksSecret(bytes, range, leastLength: 8) else { return place + 1 }
    }
    return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
  }

  /// Words of which one is of those that sentences are made of, or more words than a phrase has.
  private mutating func holdsProse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var words = 0
    var start = range.lowerBound
    for index in range.lowerBound...range.upperBound where index == range.upperBound || bytes[index] == 0x20 {
      if index > start {
        words += 1
        if words > 1, words > 8 || rules.stopWords.contains(bytes, start..<index) { return true }
      }
      start = index + 1
    }
    return words > 2 && rules.stopWords.contains(bytes, range.lowerBound..<firstBlank(bytes, range))
  }

  private mutating func firstBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    for index in range where bytes[index] == 0x20 { return index }
    return range.upperBound
  }

  /// `IDENTIFIED BY 'x'`, `IDENTIFIED BY PASSWORD 'x'`, `IDENTIFIED WITH plugin AS 'x'`.
  mutating func identifiedBy(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    let limit = min(pass.range.upperBound, place + 128)
    var quote = place
    while quote < limit, !isQuote(bytes[quote]) { quote += 1 }
    guard quote < limit else {
      var start = place
      while start < limit, bytes[start] == 0x20 { start += 1 }
      let end = tokenEnd(bytes, start, &pass)
      return looksSecret(bytes, start..<end, leastLength: 6) ? take(start, end, RuleID(.sqlLiteral), &pass) : nil
    }
    let value = ValueStart(start: quote + 1, quote: bytes[quote])
    guard let close = closing(bytes, value, &pass), close > value.start, !isMarker(bytes, value.start..<close) else {
      return nil
    }
    return take(value.start, close, RuleID(.sqlLiteral), &pass)
  }

  /// A sensitive word in prose or on a command line, and the word after it: `password hunter2x`,
  /// `set aws_secret_access_key 2RtK…`, `the api key is 9f8…`.
  mutating func spacedValue(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    let end = pass.range.upperBound
    var start = place
    while start < place + 2, start < end, bytes[start] == 0x20 { start += 1 }
    var nameEnd = place + 1
    let nameLimit = min(end, place + 48)
    while nameEnd < nameLimit, tables[bytes[nameEnd]].meets([.word, .hyphen, .nonASCII]) { nameEnd += 1 }
    // An assignment: the sign will be looked at in its turn.
    if nameEnd < end, bytes[nameEnd] == UInt8(ascii: "=") || bytes[nameEnd] == UInt8(ascii: ":") { return nil }
    let limit = max(pass.floor, start - 48)
    while start > limit, tables[bytes[start - 1]].meets([.word, .hyphen, .nonASCII]) { start -= 1 }
    while nameEnd + 5 <= end, bytes[nameEnd] == 0x20, isOwnedKey(bytes, nameEnd + 1) {
      nameEnd += 4
      while nameEnd < nameLimit, tables[bytes[nameEnd]].meets(.word) { nameEnd += 1 }
    }
    var isDashed = false
    while start < nameEnd, bytes[start] == UInt8(ascii: "-") { (start, isDashed) = (start + 1, true) }
    guard !isDashed, nameEnd < end, start < nameEnd else { return nil }
    let verdict = verdict(of: bytes, start..<nameEnd)
    if verdict.strength == .strong { table(bytes, start..<nameEnd, &pass) }
    guard bytes[nameEnd] == 0x20 || bytes[nameEnd] == 0x09, verdict.strength == .strong,
      !verdict.traits.contains(.personal)
    else { return nil }
    var value = skipLinkWords(bytes, nameEnd, &pass)
    while value < end, bytes[value] == 0x20 || bytes[value] == 0x09 { value += 1 }
    if stands("...", bytes, value) {  // `Password ......... x`
      while value < end, bytes[value] == UInt8(ascii: ".") || bytes[value] == 0x20 { value += 1 }
    }
    guard value < end, !isQuote(bytes[value]) else { return nil }
    var valueEnd = tokenEnd(bytes, value, &pass)
    while valueEnd > value + 1,
      bytes[valueEnd - 1] == UInt8(ascii: ".") || bytes[valueEnd - 1] == UInt8(ascii: ":")
        || bytes[valueEnd - 1] == UInt8(ascii: "!") && valueEnd - value < 6
    { valueEnd -= 1 }
    let range = value..<valueEnd
    if verdict.rule == RuleID(.passcode), isPasscode(bytes, range) {
      return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
    }
    guard range.count >= 6, !isPlainWord(bytes, range), !rules.stopWords.contains(bytes, range),
      !isPlaceholder(bytes, range)
    else { return nil }
    var isCompound = false
    for index in start..<nameEnd where bytes[index] == UInt8(ascii: "_") { isCompound = true }
    guard
      looksSecret(bytes, range, leastLength: isCompound || verdict.traits.contains(.password) ? 6 : 8)
        || isMixedPassword(bytes, range, verdict)
    else { return nil }
    return take(range.lowerBound, range.upperBound, verdict.rule, &pass)
  }

  /// Small letters and what joins them: nothing that looks chosen, or drawn at random.
  private mutating func isPlainWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !tables[bytes[index]].meets([.lower, .underscore, .hyphen]) { return false }
    return true
  }

  /// Three to ten digits, as PINs and one-time codes have.
  private mutating func isPasscode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard (3...10).contains(range.count) else { return false }
    for index in range where bytes[index] &- 48 >= 10 { return false }
    return true
  }

  /// `Winter2022!`: a word, digits and perhaps a symbol, as people choose after `password`.
  mutating func isMixedPassword(_ bytes: Span<UInt8>, _ range: Range<Int>, _ verdict: KeyVerdict) -> Bool {
    guard verdict.traits.contains(.password), range.count <= 64 else { return false }
    var seen: ByteClass = []
    var symbols = 0
    for index in range {
      seen.formUnion(tables[bytes[index]])
      if !tables[bytes[index]].meets([.word, .hyphen, .dot, .nonASCII, .plusSlash, .equals]) { symbols += 1 }
    }
    if seen.meets([.plusSlash, .equals, .dot]) { return false }
    return seen.meets(.alpha) && (seen.meets(.digit) || symbols > 0)
  }

  private mutating func isOwnedKey(_ bytes: Span<UInt8>, _ place: Int) -> Bool {
    stands("code", bytes, place)
      || bytes[place] | 0x20 == UInt8(ascii: "k") && place + 2 < bytes.count
        && bytes[place + 1] | 0x20 == UInt8(ascii: "e")
        && bytes[place + 2] | 0x20 == UInt8(ascii: "y")
  }

  /// `is`, `was`, `to`, `as`, `of`, `with`, `->`, `value`; `for joe is`.
  private mutating func skipLinkWords(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    var place = place
    for _ in 0..<2 {
      guard place + 3 < pass.range.upperBound, bytes[place] == 0x20 else { break }
      switch UInt16(bytes[place + 1]) << 8 | UInt16(bytes[place + 2]) {  // what the words below begin with
      case 0x6973, 0x6974, 0x7761, 0x746F, 0x6173, 0x6F66, 0x7769, 0x7661, 0x2D3E, 0x2D20, 0x3C3C: break
      case 0x666F: return skipOwner(bytes, place, &pass)  // `for`
      default: return place
      }
      let words: [StaticString] = [
        " is ", " was ", " to ", " as ", " of ", " with ", " -> ", " - ", " <<< ", " value ", " it's ",
      ]
      guard let word = words.first(where: { stands($0, bytes, place) }) else { break }
      place += word.utf8CodeUnitCount - 1
    }
    return place
  }

  /// ` for the admin user is `: behind it; where the sentence goes on otherwise, not from the spot.
  private mutating func skipOwner(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    guard stands(" for ", bytes, place) else { return place }
    let limit = min(pass.range.upperBound, place + 48)
    var index = place + 5
    while index < limit, tables[bytes[index]].meets([.word, .hyphen, .dot]) || bytes[index] == 0x20 {
      if bytes[index] == 0x20 {
        if stands(" is ", bytes, index) { return index + 3 }
        if stands(" was ", bytes, index) { return index + 4 }
      }
      index += 1
    }
    return index < limit && bytes[index] == UInt8(ascii: ":") ? index + 1 : place
  }

  /// `thin:user/password@host`.
  mutating func oracleThin(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    guard place >= pass.noThinAt else { return nil }
    let limit = pass.range.upperBound
    var slash = place
    while slash < limit, bytes[slash] != UInt8(ascii: "/"), bytes[slash] > 0x20, bytes[slash] != UInt8(ascii: "@") {
      slash += 1
    }
    guard slash < limit, bytes[slash] == UInt8(ascii: "/") else {
      pass.noThinAt = slash
      return nil
    }
    var at = slash + 1
    while at < limit, bytes[at] != UInt8(ascii: "@"), bytes[at] > 0x20 { at += 1 }
    guard at < limit, bytes[at] == UInt8(ascii: "@") else {
      pass.noThinAt = at
      return nil
    }
    guard slash > place, at > slash + 1 else { return nil }
    return take(slash + 1, at, RuleID(.urlUserinfo), &pass)
  }

  /// At `values`: literals of `INSERT INTO t (a, password) VALUES ('x', 'y')` beside sensitive columns.
  mutating func sqlValues(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var close = place
    while close > pass.floor, bytes[close - 1] <= 0x20 { close -= 1 }
    guard close > pass.floor, bytes[close - 1] == UInt8(ascii: ")") else { return nil }
    var open = close - 1
    while open > pass.floor, bytes[open] != UInt8(ascii: "(") {
      open -= 1
      if bytes[open] == UInt8(ascii: ")") { return nil }
    }
    guard bytes[open] == UInt8(ascii: "(") else { return nil }
    var columns: [KeyVerdict] = []
    var start = open + 1
    for index in open + 1..<close where bytes[index] == UInt8(ascii: ",") || index == close - 1 {
      columns.append(column(bytes, start..<index))
      start = index + 1
    }
    if columns.contains(where: { $0.strength == .strong }) {
      // The other columns' literals are still to be looked at, so the floor stays where it is.
      let floor = pass.floor
      takeColumns(bytes, place + 6, columns, &pass)
      pass.floor = floor
    }
    return nil
  }

  private mutating func column(_ bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, bytes[start] <= 0x20 || isQuote(bytes[start]) || bytes[start] == UInt8(ascii: "[") { start += 1 }
    while end > start, bytes[end - 1] <= 0x20 || isQuote(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: "]") {
      end -= 1
    }
    return verdict(of: bytes, start..<end)
  }

  private mutating func takeColumns(
    _ bytes: Span<UInt8>, _ place: Int, _ columns: [KeyVerdict], _ pass: inout TextPass
  ) {
    let end = pass.range.upperBound
    var place = place
    var column = -1
    while place < end {
      switch bytes[place] {
      case UInt8(ascii: "("): column = column < 0 ? 0 : column
      case UInt8(ascii: ")"): column = -1
      case UInt8(ascii: ","): if column >= 0 { column += 1 }
      case UInt8(ascii: ";"): return
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        let value = ValueStart(start: place + 1, quote: bytes[place])
        guard let close = closing(bytes, value, &pass) else { return }
        if column >= 0, column < columns.count, columns[column].strength == .strong, close > value.start,
          !isHarmless(bytes, value.start..<close, columns[column])
        {
          _ = take(value.start, close, RuleID(.sqlLiteral), &pass)
        }
        place = close
      case 0...0x20: break
      default:
        if column < 0 { return }
        if bytes[place] &- 48 < 10, column < columns.count, columns[column].strength == .strong,
          !columns[column].traits.contains(.personal)
        {
          let first = place
          while place < end, bytes[place] &- 48 < 10 { place += 1 }
          _ = take(first, place, RuleID(.sqlLiteral), &pass)
          place -= 1
        }
      }
      place += 1
    }
  }
}
