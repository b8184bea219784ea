extension Redactor {
  /// National ids whose own form and checksum tell them from other numbers, without a word beside them.
  func nationalID(_ bytes: Span<UInt8>, _ place: Int, _ last: Int, _ digits: Int, _ pass: TextPass) -> Range<Int>? {
    let end = pass.range.upperBound
    switch digits {
    case 11: return stretches(bytes, place, end, "ddd.ddd.ddd-dd") && isCPF(bytes, place) ? place..<place + 14 : nil
    case 13:
      if stretches(bytes, place, end, "ddd.dddd.dddd.dd"), stands("756", bytes, place) { return place..<place + 16 }
      return stretches(bytes, place, end, "dddddd-ddddddd") ? place..<place + 14 : nil  // Korea: date, hyphen, seven
    case 12:
      return stretches(bytes, place, end, "dddd dddd dddd") && isVerhoeff(bytes, place..<place + 14)
        ? place..<place + 14 : nil
    case 8:
      if stretches(bytes, place, end, "dddddddda"), isSpanish(bytes, place) { return place..<place + 9 }
      return stretches(bytes, place, end, "dddddddd-a") && isSpanish(bytes, place) ? place..<place + 10 : nil
    case 6, 9:
      return (stretches(bytes, place, end, "dddddd-ddda") || stretches(bytes, place, end, "ddddddAddda"))
        && isDate(bytes, place) ? place..<place + 11 : nil  // Finland
    default: return nil
    }
  }

  /// Whether a pattern (d digit, a letter, anything else itself) stands here and nothing goes on behind it.
  private func stretches(_ bytes: Span<UInt8>, _ place: Int, _ end: Int, _ pattern: StaticString) -> Bool {
    let count = pattern.utf8CodeUnitCount
    guard place + count <= end else { return false }
    for offset in 0..<count {
      let byte = bytes[place + offset]
      switch pattern.utf8Start[offset] {
      case UInt8(ascii: "d"): guard byte &- 48 < 10 else { return false }
      case UInt8(ascii: "a"): guard rules[byte].meets(.alpha) else { return false }
      default: guard byte == pattern.utf8Start[offset] else { return false }
      }
    }
    return place + count == end || !rules[bytes[place + count]].meets([.word, .hyphen])
  }

  private func isDate(_ bytes: Span<UInt8>, _ place: Int) -> Bool {
    let day = Int(bytes[place] &- 48) * 10 + Int(bytes[place + 1] &- 48)
    let month = Int(bytes[place + 2] &- 48) * 10 + Int(bytes[place + 3] &- 48)
    return (1...31).contains(day) && (1...12).contains(month)
  }

  /// Brazil: two check digits modulo 11.
  private func isCPF(_ bytes: Span<UInt8>, _ place: Int) -> Bool {
    var digits: [Int] = []
    for offset in 0..<14 where bytes[place + offset] &- 48 < 10 { digits.append(Int(bytes[place + offset] &- 48)) }
    for length in [9, 10] {
      var sum = 0
      for index in 0..<length { sum += digits[index] * (length + 1 - index) }
      guard digits[length] == sum * 10 % 11 % 10 else { return false }
    }
    return true
  }

  /// Spain: the letter that the number modulo 23 gives.
  private func isSpanish(_ bytes: Span<UInt8>, _ place: Int) -> Bool {
    var value = 0
    for offset in 0..<8 { value = value * 10 + Int(bytes[place + offset] &- 48) }
    let letters: StaticString = "TRWAGMYFPDXBNJZSQVHLCKE"
    let letter = bytes[place + 8] == UInt8(ascii: "-") ? bytes[place + 9] : bytes[place + 8]
    return letter & 0xDF == letters.utf8Start[value % 23]
  }

  /// India's Aadhaar: Verhoeff's checksum over the dihedral group of order ten.
  private func isVerhoeff(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var check = 0
    var position = 0
    for index in range.reversed() where bytes[index] &- 48 < 10 {
      var digit = Int(bytes[index] &- 48)
      for _ in 0..<position % 8 { digit = Self.verhoeffPermutation[digit] }
      check = Self.dihedral(check, digit)
      position += 1
    }
    return check == 0
  }

  private static let verhoeffPermutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

  private static func dihedral(_ left: Int, _ right: Int) -> Int {
    if left < 5 { return right < 5 ? (left + right) % 5 : (left + right - 5) % 5 + 5 }
    return right < 5 ? (left - 5 + 5 - right) % 5 + 5 : (left - right + 5) % 5
  }
}
