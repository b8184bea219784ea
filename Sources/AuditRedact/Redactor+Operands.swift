import JSON

extension Redactor {
  /// Words of a command that are looked at.
  private static let wordsMax = 24

  /// `htpasswd -b file user password`, `htpasswd -nb user password`: the last operand.
  mutating func lastOperand(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var takesPassword = false
    var operands = 0
    var last = 0..<0
    forEachWord(bytes, place, &pass) { word in
      guard bytes[word.lowerBound] == UInt8(ascii: "-") else {
        operands += 1
        last = word
        return
      }
      for index in word where bytes[index] == UInt8(ascii: "b") { takesPassword = true }
    }
    return takesPassword && operands >= 2 ? takeOperand(bytes, last, &pass) : nil
  }

  /// `net use Z: \\host\share password /user:name`: the word that is no drive, share or option.
  mutating func freeOperand(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var found = 0..<0
    forEachWord(bytes, place, &pass) { word in
      let first = bytes[word.lowerBound]
      if first == UInt8(ascii: "\\") || first == UInt8(ascii: "/") || first == UInt8(ascii: "*") { return }
      if word.count == 2, bytes[word.lowerBound + 1] == UInt8(ascii: ":") { return }
      found = word
    }
    return isChosen(bytes, found) ? takeOperand(bytes, found, &pass) : nil
  }

  /// `net user name password /add`.
  mutating func secondOperand(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var operands = 0
    var found = 0..<0
    forEachWord(bytes, place, &pass) { word in
      if bytes[word.lowerBound] == UInt8(ascii: "/") || bytes[word.lowerBound] == UInt8(ascii: "*") { return }
      operands += 1
      if operands == 2 { found = word }
    }
    return isChosen(bytes, found) ? takeOperand(bytes, found, &pass) : nil
  }

  /// Whether a word is one that prose would not have there: it holds a digit, a capital or a symbol.
  private mutating func isChosen(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
    for index in word where !tables[bytes[index]].meets([.lower, .nonASCII, .hyphen, .dot]) { return word.count >= 4 }
    return false
  }

  private mutating func takeOperand(_ bytes: Span<UInt8>, _ word: Range<Int>, _ pass: inout TextPass) -> Int? {
    guard !word.isEmpty, !isMarker(bytes, word), !isPlaceholder(bytes, word) else { return nil }
    return take(word.lowerBound, word.upperBound, RuleID(.commandLine), &pass)
  }

  /// The words up to the end of the command, without their quotes.
  private mutating func forEachWord(
    _ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass, _ body: (Range<Int>) -> Void
  ) {
    var place = place
    let end = pass.range.upperBound
    guard place < end, bytes[place] == 0x20 else { return }
    for _ in 0..<Self.wordsMax {
      while place < end, bytes[place] == 0x20 { place += 1 }
      guard place < end else { return }
      switch bytes[place] {
      case 0...0x1F, UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: ">"), UInt8(ascii: "<"):
        return
      default: break
      }
      let quote: UInt8 = isQuote(bytes[place]) ? bytes[place] : 0
      let start = quote == 0 ? place : place + 1
      place = start
      while place < end, quote == 0 ? bytes[place] > 0x20 && bytes[place] != UInt8(ascii: ";") : bytes[place] != quote {
        place += 1
      }
      if place > start { body(start..<place) }
      if quote != 0 { place += 1 }
    }
  }

  /// In an argument vector, the element that is a password by its place only: of `htpasswd -b`, `net use`, `net user`.
  mutating func secretOperand(of array: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> Int? {
    let first = array + 1
    let end = tape.end(of: array)
    guard first + 3 < end, tape[first].kind == .string else { return nil }
    let command = tape[first].range
    if ends(bytes, command, with: "htpasswd") { return lastOperand(from: first + 1, end, tape, bytes) }
    guard ends(bytes, command, with: "net") || ends(bytes, command, with: "net.exe"), tape[first + 1].kind == .string
    else { return nil }
    let isUse = tape[first + 1].isText(in: bytes, "use")
    guard isUse || tape[first + 1].isText(in: bytes, "user") else { return nil }
    return netOperand(from: first + 2, end, isUse, tape, bytes)
  }

  /// Whether a command's path ends in this name.
  private mutating func ends(_ bytes: Span<UInt8>, _ range: Range<Int>, with name: StaticString) -> Bool {
    let start = range.upperBound - name.utf8CodeUnitCount
    guard start >= range.lowerBound, stands(name, bytes, start) else { return false }
    return start == range.lowerBound || bytes[start - 1] == UInt8(ascii: "/") || bytes[start - 1] == UInt8(ascii: "\\")
  }

  private mutating func lastOperand(
    from first: Int, _ end: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Int? {
    var takesPassword = false
    var operands = 0
    var last = -1
    var element = first
    while element < end, tape[element].kind == .string {
      let word = tape[element].range
      if !word.isEmpty, bytes[word.lowerBound] == UInt8(ascii: "-") {
        for index in word where bytes[index] == UInt8(ascii: "b") { takesPassword = true }
      } else {
        (operands, last) = (operands + 1, element)
      }
      element += 1
    }
    return takesPassword && operands >= 2 ? last : nil
  }

  private mutating func netOperand(
    from first: Int, _ end: Int, _ isUse: Bool, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Int? {
    var operands = 0
    var element = first
    while element < end, tape[element].kind == .string {
      let word = tape[element].range
      let isDrive = word.count == 2 && bytes[word.lowerBound + 1] == UInt8(ascii: ":")
      if !word.isEmpty, !isDrive, bytes[word.lowerBound] != UInt8(ascii: "\\"),
        bytes[word.lowerBound] != UInt8(ascii: "/"), bytes[word.lowerBound] != UInt8(ascii: "*")
      {
        operands += 1
        if operands == (isUse ? 1 : 2) { return isChosen(bytes, word) ? element : nil }
      }
      element += 1
    }
    return nil
  }
}
