extension Redactor {
  /// A sensitive column of a text table: CSV, tabs, or the bars of Markdown and psql. Its cells go, line by line.
  ///
  /// The regions do not move the floor, since the other columns are still to be looked at; `scanText` sorts them in.
  mutating func tableColumn(_ bytes: Span<UInt8>, _ name: Range<Int>, _ verdict: KeyVerdict, _ pass: inout TextPass) {
    var after = name.upperBound
    let end = pass.range.upperBound
    while after < end, bytes[after] == 0x20 || isQuote(bytes[after]) { after += 1 }
    var before = name.lowerBound
    while before > pass.range.lowerBound, bytes[before - 1] == 0x20 || isQuote(bytes[before - 1]) { before -= 1 }
    var delimiter: UInt8 = after < end ? bytes[after] : 0x0A
    if delimiter == 0x0A || delimiter == 0x0D {
      guard before > pass.range.lowerBound else { return }
      delimiter = bytes[before - 1]
    }
    guard
      delimiter == UInt8(ascii: ",") || delimiter == UInt8(ascii: "|") || delimiter == 0x09
        || delimiter == UInt8(ascii: ";")
    else { return }
    guard let head = head(bytes, name, delimiter, &pass), head.end < end else { return }
    pass.tableDone = head.end
    pass.tableDone = takeCells(bytes, from: head.end + 1, head.column, delimiter, verdict, pass)
  }

  /// The head's end and the name's column in it; nil where the line is a sentence.
  private func head(
    _ bytes: Span<UInt8>, _ name: Range<Int>, _ delimiter: UInt8, _ pass: inout TextPass
  ) -> (end: Int, column: Int)? {
    var start = name.lowerBound
    var column = 0
    let limit = max(pass.range.lowerBound, name.lowerBound - 1024)
    while start > limit, bytes[start - 1] != 0x0A {
      start -= 1
      if bytes[start] == delimiter { column += 1 }
    }
    var end = start
    var cell = 0
    let farthest = min(pass.range.upperBound, start + 2048)
    while end < farthest, bytes[end] != 0x0A {
      cell = bytes[end] == delimiter ? 0 : cell + 1
      guard cell <= 40, bytes[end] != UInt8(ascii: "="), bytes[end] != UInt8(ascii: ":") else {
        pass.tableDone = max(end, name.upperBound)
        return nil
      }
      end += 1
    }
    pass.tableDone = end
    return end < farthest ? (end, column) : nil
  }

  /// Returns the end of the table: the first line without that column.
  private mutating func takeCells(
    _ bytes: Span<UInt8>, from place: Int, _ column: Int, _ delimiter: UInt8, _ verdict: KeyVerdict, _ pass: TextPass
  ) -> Int {
    var place = place
    let end = pass.range.upperBound
    while place < end {
      var index = 0
      var start = place
      var lineEnd = place
      var cell: Range<Int>?
      var quote: UInt8 = 0
      while lineEnd < end, bytes[lineEnd] != 0x0A {
        let byte = bytes[lineEnd]
        if quote != 0 {
          if byte == quote { quote = 0 }
        } else if byte == UInt8(ascii: "\"") {
          quote = byte
        } else if byte == delimiter {
          if index == column { cell = start..<lineEnd }
          index += 1
          start = lineEnd + 1
        }
        lineEnd += 1
      }
      if index == column { cell = start..<lineEnd }
      if let cell { takeCell(bytes, cell, verdict) } else if lineEnd > place { return place }
      place = lineEnd + 1
    }
    return place
  }

  private mutating func takeCell(_ bytes: Span<UInt8>, _ cell: Range<Int>, _ verdict: KeyVerdict) {
    var start = cell.lowerBound
    var end = cell.upperBound
    while start < end, bytes[start] <= 0x20 || isQuote(bytes[start]) { start += 1 }
    while end > start, bytes[end - 1] <= 0x20 || isQuote(bytes[end - 1]) { end -= 1 }
    guard end - start >= 3, !isHarmless(bytes, start..<end, verdict) else { return }
    for index in start..<end where bytes[index] != UInt8(ascii: "-") && bytes[index] != UInt8(ascii: "+") {
      regions.append(Region(start: start, end: end, rule: verdict.rule))
      return
    }
  }

  /// `echo x | sudo -S …`, `echo user:x | chpasswd`: a secret that a pipe hands on.
  mutating func piped(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var start = place
    let end = pass.range.upperBound
    while start < end, bytes[start] == UInt8(ascii: "-") {
      while start < end, bytes[start] > 0x20 { start += 1 }
      while start < end, bytes[start] == 0x20 { start += 1 }
    }
    guard start < end else { return nil }
    let value = opening(bytes, start, pass)
    var close = value.start
    let limit = min(end, value.start + 512)
    while close < limit,
      value.quote == 0 ? bytes[close] > 0x20 && bytes[close] != UInt8(ascii: "|") : bytes[close] != value.quote
    {
      close += 1
    }
    var bar = close
    while bar < limit, bytes[bar] == 0x20 || isQuote(bytes[bar]) { bar += 1 }
    guard bar < limit, bytes[bar] == UInt8(ascii: "|"), close > value.start else { return nil }
    let range = value.start..<close
    guard !isPlaceholder(bytes, range), !isMarker(bytes, range), takesSecret(bytes, bar + 1..<min(end, bar + 160))
    else {
      return nil
    }
    return take(range.lowerBound, range.upperBound, RuleID(.commandLine), &pass)
  }

  private func takesSecret(_ bytes: Span<UInt8>, _ command: Range<Int>) -> Bool {
    for place in command {
      switch bytes[place] {
      case UInt8(ascii: ";"), UInt8(ascii: "|"), 0x0A: return false
      case UInt8(ascii: "s"): if stands("sudo -S", bytes, place) || stands("su -", bytes, place) { return true }
      case UInt8(ascii: "c"): if stands("chpasswd", bytes, place) || stands("cryptsetup", bytes, place) { return true }
      case UInt8(ascii: "p"): if stands("passwd", bytes, place) { return true }
      case UInt8(ascii: "k"): if stands("kinit", bytes, place) { return true }
      case UInt8(ascii: "-"):
        if stands("--password-stdin", bytes, place) || stands("--with-token", bytes, place)
          || stands("--passphrase-fd", bytes, place) || stands("--stdin", bytes, place)
        {
          return true
        }
      default: break
      }
    }
    return false
  }

  /// `sqlplus user/password@service`.
  mutating func slashPassword(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var start = place
    let end = min(pass.range.upperBound, place + 256)
    while start < end, bytes[start] == 0x20 || bytes[start] == UInt8(ascii: "-") {
      if bytes[start] == UInt8(ascii: "-") { while start < end, bytes[start] > 0x20 { start += 1 } } else { start += 1 }
    }
    var slash = start
    while slash < end, bytes[slash] > 0x20, bytes[slash] != UInt8(ascii: "/") { slash += 1 }
    guard slash < end, slash > start, bytes[slash] == UInt8(ascii: "/") else { return nil }
    var close = slash + 1
    while close < end, bytes[close] > 0x20, bytes[close] != UInt8(ascii: "@"), !isQuote(bytes[close]) { close += 1 }
    let range = slash + 1..<close
    guard !range.isEmpty, !isPlaceholder(bytes, range), !isMarker(bytes, range) else { return nil }
    return take(range.lowerBound, range.upperBound, RuleID(.commandLine), &pass)
  }
}
