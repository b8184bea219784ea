extension Redactor {
  /// A text table with a sensitive column: CSV, tabs, or the bars of Markdown and psql. Its cells go, line by line.
  ///
  /// The regions do not move the floor, since the other columns are still to be looked at; `scanText` sorts them in.
  mutating func table(_ bytes: Span<UInt8>, _ name: Range<Int>, _ pass: inout TextPass) {
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
    takeNeighbour(bytes, name, after, delimiter, &pass)
    guard pass.tableDone <= name.lowerBound, let head = head(bytes, name, delimiter, &pass), head.upperBound < end
    else { return }
    let columns = columns(bytes, head, delimiter)
    guard columns.contains(where: { $0.strength == .strong }) else { return }
    pass.tableDone = takeCells(bytes, from: head.upperBound + 1, columns, delimiter, &pass)
  }

  /// `user|joe|password|x`: names and values in turn. In a table's head the next cell is a name, and looks like one.
  private mutating func takeNeighbour(
    _ bytes: Span<UInt8>, _ name: Range<Int>, _ after: Int, _ delimiter: UInt8, _ pass: inout TextPass
  ) {
    let limit = pass.range.upperBound
    guard after < limit, bytes[after] == delimiter else { return }
    var start = after + 1
    while start < limit, bytes[start] == 0x20 || isQuote(bytes[start]) { start += 1 }
    var end = start
    let reach = min(limit, start + Self.harmlessMax)
    while end < reach, bytes[end] > 0x20, bytes[end] != delimiter, !isQuote(bytes[end]) { end += 1 }
    let verdict = verdict(of: bytes, name)
    let cell = start..<end
    guard !verdict.traits.contains(.personal), !isHarmless(bytes, cell, verdict),
      looksSecret(bytes, cell, leastLength: 6) || isMixedPassword(bytes, cell, verdict)
    else { return }
    while end < limit, bytes[end] > 0x20, bytes[end] != delimiter, !isQuote(bytes[end]) { end += 1 }
    regions.append(Region(start: start, end: end, rule: verdict.rule))
  }

  /// The line of a table's head; nil where it is a sentence. Each line is looked at once.
  private mutating func head(
    _ bytes: Span<UInt8>, _ name: Range<Int>, _ delimiter: UInt8, _ pass: inout TextPass
  ) -> Range<Int>? {
    var start = name.lowerBound
    while start > pass.range.lowerBound, bytes[start - 1] != 0x0A { start -= 1 }
    var end = start
    var cell = 0
    var isSentence = false
    while end < pass.range.upperBound, bytes[end] != 0x0A {
      cell = bytes[end] == delimiter ? 0 : cell + 1
      if cell > 40 || bytes[end] == UInt8(ascii: "=") || bytes[end] == UInt8(ascii: ":") { isSentence = true }
      end += 1
    }
    pass.tableDone = end
    return isSentence ? nil : start..<end
  }

  private mutating func columns(_ bytes: Span<UInt8>, _ head: Range<Int>, _ delimiter: UInt8) -> [KeyVerdict] {
    var columns: [KeyVerdict] = []
    var start = head.lowerBound
    for index in head.lowerBound...head.upperBound
    where index == head.upperBound || bytes[index] == delimiter {
      var end = index
      while start < end, bytes[start] <= 0x20 || isQuote(bytes[start]) { start += 1 }
      while end > start, bytes[end - 1] <= 0x20 || isQuote(bytes[end - 1]) { end -= 1 }
      columns.append(verdict(of: bytes, start..<end))
      start = index + 1
    }
    return columns
  }

  /// Returns the end of the table: the first line without a sensitive column.
  private mutating func takeCells(
    _ bytes: Span<UInt8>, from place: Int, _ columns: [KeyVerdict], _ delimiter: UInt8, _ pass: inout TextPass
  ) -> Int {
    let least = columns.firstIndex { $0.strength == .strong } ?? columns.count
    var place = place
    let end = pass.range.upperBound
    while place < end {
      var index = 0
      var start = place
      var lineEnd = place
      var quote: UInt8 = 0
      while lineEnd < end, bytes[lineEnd] != 0x0A {
        let byte = bytes[lineEnd]
        if quote != 0 {
          if byte == quote { quote = 0 }
        } else if byte == UInt8(ascii: "\"") {
          quote = byte
        } else if byte == delimiter {
          takeCell(bytes, start..<lineEnd, index, columns)
          index += 1
          start = lineEnd + 1
        }
        lineEnd += 1
      }
      takeCell(bytes, start..<lineEnd, index, columns)
      if index < least, lineEnd > place { return place }
      place = lineEnd + 1
    }
    return place
  }

  private mutating func takeCell(
    _ bytes: Span<UInt8>, _ cell: Range<Int>, _ column: Int, _ columns: [KeyVerdict]
  ) {
    guard column < columns.count, columns[column].strength == .strong else { return }
    let verdict = columns[column]
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
    for _ in 0..<8 where start < end && bytes[start] == UInt8(ascii: "-") {
      while start < end, bytes[start] > 0x20 { start += 1 }
      while start < end, bytes[start] == 0x20 { start += 1 }
    }
    guard start < end else { return nil }
    let value = opening(bytes, start, &pass)
    var close = value.start
    while close < end,
      value.quote == 0 ? bytes[close] > 0x20 && bytes[close] != UInt8(ascii: "|") : bytes[close] != value.quote
    {
      close += 1
    }
    var bar = close
    while bar < end, bytes[bar] == 0x20 || isQuote(bytes[bar]) { bar += 1 }
    guard bar < end, bytes[bar] == UInt8(ascii: "|"), close > value.start else { return nil }
    let range = value.start..<close
    guard !isPlaceholder(bytes, range), !isMarker(bytes, range), takesSecret(bytes, bar + 1..<end)
    else {
      return nil
    }
    return take(range.lowerBound, range.upperBound, RuleID(.commandLine), &pass)
  }

  mutating func takesSecret(_ bytes: Span<UInt8>, _ command: Range<Int>) -> Bool {
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
    let end = pass.range.upperBound
    guard start < end, bytes[start] == 0x20 else { return nil }
    for _ in 0..<16 where start < end && (bytes[start] == 0x20 || bytes[start] == UInt8(ascii: "-")) {
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
