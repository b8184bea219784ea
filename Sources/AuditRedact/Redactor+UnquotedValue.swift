extension Redactor {
  /// Where an unquoted value ends. Separators end it only where something that looks like a next member follows,
  /// because passwords hold all of them.
  mutating func unquotedEnd(_ bytes: Span<UInt8>, _ start: Int, _ found: Assignment, _ pass: inout TextPass) -> Int {
    let limit = pass.range.upperBound
    let isHeader = found.verdict.traits.contains(.header)
    let isWholeLine = isHeader && bytes[found.sign] == UInt8(ascii: ":")
    let around = quoteBefore(bytes, found.name.lowerBound, &pass)
    if isWholeLine { return lineEnd(bytes, start, around, limit) }
    var end = runEnd(bytes, start, around, &pass)
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

  private mutating func isTrailing(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")")
      || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
  }

  /// The quote a whole `name: value` stands in (`-H "X-Api-Key: …"`), or 0.
  mutating func quoteBefore(_ bytes: Span<UInt8>, _ name: Int, _ pass: inout TextPass) -> UInt8 {
    guard name > pass.range.lowerBound else { return 0 }
    return isQuote(bytes[name - 1]) ? bytes[name - 1] : 0
  }

  private mutating func lineEnd(_ bytes: Span<UInt8>, _ start: Int, _ quote: UInt8, _ limit: Int) -> Int {
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

  /// `tokenRunEnd` from a place inside a run that was measured before costs nothing: the run ends where it ended.
  private mutating func runEnd(_ bytes: Span<UInt8>, _ start: Int, _ quote: UInt8, _ pass: inout TextPass) -> Int {
    if start >= pass.run.start, start < pass.run.end, pass.run.quote == quote { return pass.run.end }
    let end = tokenRunEnd(bytes, start, quote, pass.range.upperBound)
    pass.run = (start, end, quote)
    return end
  }

  private mutating func tokenRunEnd(_ bytes: Span<UInt8>, _ start: Int, _ quote: UInt8, _ limit: Int) -> Int {
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
  private mutating func startsMember(_ bytes: Span<UInt8>, _ separator: Int, _ limit: Int) -> Bool {
    var place = separator + 1
    guard place < limit else { return true }
    if bytes[place] <= 0x20 { return true }
    if bytes[separator] == UInt8(ascii: "#") { return tables[bytes[place]].meets(.alpha) && false }
    let nameLimit = min(limit, place + 48)
    while place < nameLimit, tables[bytes[place]].meets([.word, .hyphen, .dot]) || bytes[place] == 0x20 { place += 1 }
    return place < limit && place > separator + 1
      && (bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":"))
  }

  /// `password: autumn lantern planet`: words to the end of the line, none of which is prose.
  private mutating func phraseEnd(_ bytes: Span<UInt8>, _ first: Range<Int>, _ quote: UInt8, _ limit: Int) -> Int? {
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

  private mutating func isLowerWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 3 else { return false }
    for index in range where bytes[index] &- 97 >= 26 { return false }
    return true
  }

  /// A YAML block scalar (`|`, `>`): the lines that are indented deeper than nothing.
  mutating func blockScalar(_ bytes: Span<UInt8>, _ start: Int, _ found: Assignment, _ pass: inout TextPass) -> Range<
    Int
  >? {
    var place = start + 1
    let end = pass.range.upperBound
    let headEnd = min(end, start + 256)
    while place < headEnd, bytes[place] != 0x0A {
      guard tables[bytes[place]].meets([.digit, .hyphen, .blank]) || bytes[place] == UInt8(ascii: "+") else { break }
      place += 1
    }
    if place < headEnd, bytes[place] == UInt8(ascii: "#") {
      while place < headEnd, bytes[place] != 0x0A { place += 1 }
    }
    guard place < headEnd, bytes[place] == 0x0A else { return nil }
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
}
