extension Redactor {
  /// Shortest run of base64 or hexadecimal digits that is decoded.
  private static let runMin = 16

  /// Finds long runs of base64 and hexadecimal digits and looks inside; on a hit the whole run goes.
  ///
  /// Looks at every sixteenth byte only, and walks from there: in prose most bytes are never touched.
  mutating func scanRuns(_ bytes: Span<UInt8>, _ pass: inout TextPass) {
    let tables = self.tables
    let end = pass.range.upperBound
    var low = pass.range.lowerBound
    while low + Self.runMin <= end {
      let probe = low + Self.runMin - 1
      guard tables[bytes[probe]].meets(.base64) else {
        low = probe + 1
        continue
      }
      var start = probe
      while start > low, tables[bytes[start - 1]].meets(.base64) { start -= 1 }
      guard start == low || probe - start + 1 < Self.runMin else {
        low = probe + 1
        continue
      }
      var runEnd = probe + 1
      while runEnd < end, tables[bytes[runEnd]].meets(.base64) { runEnd += 1 }
      runEnd = wrappedEnd(bytes, start, runEnd, end)
      if runEnd - start >= Self.runMin { scanRun(bytes, start..<runEnd, &pass) }
      low = runEnd + 1
    }
  }

  /// The end of base64 that is broken into lines of 64 or 76 digits, as MIME and PEM do.
  private mutating func wrappedEnd(_ bytes: Span<UInt8>, _ start: Int, _ runEnd: Int, _ end: Int) -> Int {
    let width = runEnd - start
    guard width == 64 || width == 76 else { return runEnd }
    var last = runEnd
    while last < end {
      var next = last
      if bytes[next] == 0x0D { next += 1 }
      guard next < end, bytes[next] == 0x0A else { return last }
      next += 1
      let line = next
      while next < end, tables[bytes[next]].meets(.base64) { next += 1 }
      guard next > line else { return last }
      last = next
      if next - line < width { return last }
    }
    return last
  }

  private mutating func scanRun(_ bytes: Span<UInt8>, _ run: Range<Int>, _ pass: inout TextPass) {
    if discordToken(bytes, run, &pass) { return }
    guard let start = textStart(bytes, run), var taken = takeScratch(pass.depth) else { return }
    var padded = run.upperBound
    while padded < pass.range.upperBound, padded - run.upperBound < 2, bytes[padded] == UInt8(ascii: "=") {
      padded += 1
    }
    defer { scratch[pass.depth] = taken }
    taken.text.removeAll(keepingCapacity: true)
    if start.isHex {
      decodeHex(bytes, start.place..<run.upperBound, into: &taken.text)
    } else {
      decodeBase64(bytes, start.place..<run.upperBound, into: &taken.text)
    }
    guard isText(taken.text.span) else { return }
    guard pass.depth < Self.depthMax else {
      blank(run, .depth)
      return
    }
    let first = regions.count
    scanText(taken.text.span, 0..<taken.text.count, depth: pass.depth + 1, personal: pass.personal)
    guard regions.count > first else { return }
    let rule = regions[first].rule
    regions.removeSubrange(first...)
    regions.append(Region(start: start.place, end: padded, rule: rule))
  }

  /// Where in a run text begins to come out: at its start, or behind a separator that a path put before it.
  private mutating func textStart(_ bytes: Span<UInt8>, _ run: Range<Int>) -> (place: Int, isHex: Bool)? {
    let tables = self.tables
    if run.count % 2 == 0, run.count >= 16, !tables[bytes[run.lowerBound]].meets(.hexInside) {
      var text = InlineArray<9, UInt8>(repeating: 0)
      var isText = true
      for offset in 0..<8 where isText {
        let place = run.lowerBound + offset * 2
        if let high = hexDigit(bytes[place]), let low = hexDigit(bytes[place + 1]) {
          text[offset] = high << 4 | low
          isText = isTextByte(text[offset])
        } else {
          isText = false
        }
      }
      if isText, isTextStart(text, 8), isHexRun(bytes, run) { return (run.lowerBound, true) }
    }
    var place = run.lowerBound
    while true {
      if place < run.upperBound, tables[bytes[place]].meets(.base64Start), startsText(bytes, place, run.upperBound) {
        return (place, false)
      }
      while place < run.upperBound, !tables[bytes[place]].meets([.hyphen, .underscore, .plusSlash]) { place += 1 }
      place += 1
      guard place + Self.runMin <= run.upperBound else { return nil }
    }
  }

  private mutating func isHexRun(_ bytes: Span<UInt8>, _ run: Range<Int>) -> Bool {
    for index in run where !tables[bytes[index]].meets(.hex) { return false }
    return true
  }

  @inline(__always)
  private mutating func isTextByte(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// Whether the first twelve digits decode to nine bytes of text.
  mutating func startsText(_ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> Bool {
    guard place + 12 <= end else { return false }
    var text = InlineArray<9, UInt8>(repeating: 0)
    var count = 0
    var index = place
    while index < place + 12 {
      var word: UInt32 = 0
      for offset in 0..<4 {
        guard let value = base64Value(bytes[index + offset]) else { return false }
        word = word << 6 | UInt32(value)
      }
      text[count] = UInt8(truncatingIfNeeded: word >> 16)
      text[count + 1] = UInt8(truncatingIfNeeded: word >> 8)
      text[count + 2] = UInt8(truncatingIfNeeded: word)
      count += 3
      guard isTextStart(text, count) else { return false }
      index += 4
    }
    return true
  }

  /// Whether bytes can be the beginning of a text in UTF-8.
  private mutating func isTextStart(_ text: InlineArray<9, UInt8>, _ count: Int) -> Bool {
    var index = 0
    while index < count {
      let byte = text[index]
      let length: Int
      switch byte {
      case 0..<0x80:
        guard isTextByte(byte) else { return false }
        length = 1
      case 0xC2...0xDF: length = 2
      case 0xE0...0xEF: length = 3
      case 0xF0...0xF4: length = 4
      default: return false
      }
      for offset in 1..<max(2, length) where length > 1 && index + offset < count {
        guard text[index + offset] & 0xC0 == 0x80 else { return false }
      }
      index += length
    }
    return true
  }

  /// Mostly printable, as the text of a secret is and an image is not.
  private mutating func isText(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= 6 else { return false }
    var odd = 0
    for index in 0..<bytes.count where !isTextByte(bytes[index]) { odd += 1 }
    return odd * 20 <= bytes.count
  }

  @inline(__always)
  private mutating func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &+ 4
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  /// Appends what base64 or base64url digits stand for; what is left over of a last group is dropped.
  private mutating func decodeBase64(_ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8]) {
    var word: UInt32 = 0
    var bits: UInt32 = 0
    for index in range {
      guard let value = base64Value(bytes[index]) else { continue }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        text.append(UInt8(truncatingIfNeeded: word >> bits))
      }
    }
  }

  private mutating func decodeHex(_ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8]) {
    var index = range.lowerBound
    while index + 1 < range.upperBound {
      text.append((hexDigit(bytes[index]) ?? 0) << 4 | (hexDigit(bytes[index + 1]) ?? 0))
      index += 2
    }
  }

  /// The text that base64 stands for, or nil if it is none.
  mutating func decodedBase64(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
    var text: [UInt8] = []
    decodeBase64(bytes, range, into: &text)
    return text.count >= 3 && (text.count < 6 || isText(text.span)) ? text : nil
  }

  /// A Discord bot token has no literal: base64 of a number, a dot, six characters, a dot, 27 or more.
  private mutating func discordToken(_ bytes: Span<UInt8>, _ run: Range<Int>, _ pass: inout TextPass) -> Bool {
    guard run.count >= 23, run.count <= 28, run.upperBound + 30 < pass.range.upperBound,
      bytes[run.lowerBound] == UInt8(ascii: "M") || bytes[run.lowerBound] == UInt8(ascii: "N")
        || bytes[run.lowerBound] == UInt8(ascii: "O")
    else { return false }
    var end = run.upperBound
    for least in [6, 27] {
      guard end < pass.range.upperBound, bytes[end] == UInt8(ascii: ".") else { return false }
      end += 1
      let start = end
      while end < pass.range.upperBound, tables[bytes[end]].meets(.tokenChar) { end += 1 }
      guard end - start >= least, least == 27 || end - start <= 7 else { return false }
    }
    regions.append(Region(start: run.lowerBound, end: end, rule: RuleID(.token)))
    return true
  }
}
