extension Redactor {
  /// National ids whose own form and checksum tell them from other numbers, without a word beside them. At the first
  /// digit of a run of `digits` digits.
  mutating func nationalID(
    _ bytes: Span<UInt8>, _ place: Int, firstRun: Int, _ digits: Int, _ pass: inout TextPass
  ) -> Range<Int>? {
    let isSpaced =
      place >= pass.floor + 3 && bytes[place - 1] == 0x20 && tables[bytes[place - 2]].meets(.upper)
    if isSpaced, let found = standing(NationalIDForm.spaced, bytes, place, &pass) { return found }
    guard digits < 64, tables.nationalIDDigits &>> UInt64(digits) & 1 != 0,
      tables.nationalIDRuns &>> UInt64(firstRun) & 1 != 0
    else { return nil }
    if digits < 3, place + digits >= pass.range.upperBound || !tables[bytes[place + digits]].meets(.upper) {
      return nil
    }
    guard digits < NationalIDForm.byDigits.count else { return nil }
    for form in NationalIDForm.byDigits[digits] where form.firstRun.contains(firstRun) {
      if let found = standing(form, bytes, place, &pass) { return found }
    }
    return nil
  }

  /// The same at a digit right behind a capital.
  mutating func letteredID(_ bytes: Span<UInt8>, _ place: Int, _ digits: Int, _ pass: inout TextPass) -> Range<Int>? {
    for form in NationalIDForm.startingWithLetter where form.digits.contains(digits) {
      if let found = standing(form, bytes, place, &pass) { return found }
    }
    return nil
  }

  /// The id, if this form stands with its first digit here, and nothing goes on before or behind it.
  private mutating func standing(
    _ form: NationalIDForm, _ bytes: Span<UInt8>, _ firstDigit: Int, _ pass: inout TextPass
  ) -> Range<Int>? {
    let start = firstDigit - form.firstDigit
    let count = form.pattern.utf8CodeUnitCount
    guard start >= pass.floor, start + count <= pass.range.upperBound,
      start == pass.range.lowerBound || !tables[bytes[start - 1]].meets([.word, .hyphen, .dot, .nonASCII])
    else { return nil }
    var symbols = NationalIDForm.Symbols()
    for offset in 0..<count {
      let byte = bytes[start + offset]
      let wanted: ByteClass
      switch form.pattern.utf8Start[offset] {
      case UInt8(ascii: "d"): wanted = .digit
      case UInt8(ascii: "A"): wanted = .upper
      case UInt8(ascii: "a"): wanted = .alpha
      case UInt8(ascii: "x"): wanted = .alnum
      default:
        guard byte == form.pattern.utf8Start[offset] else { return nil }
        continue
      }
      guard tables[byte].meets(wanted) else { return nil }
      symbols.append(byte)
    }
    let end = start + count
    guard end == pass.range.upperBound || !tables[bytes[end]].meets([.word, .hyphen, .nonASCII]), form.fits(symbols)
    else {
      return nil
    }
    return start..<end
  }
}
