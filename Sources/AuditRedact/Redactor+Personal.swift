extension Redactor {
  /// At the first digit of a run: card, IBAN, phone, social security number, other national ids. The run, with the
  /// separators such numbers are written with, is looked at once.
  mutating func digits(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    guard place >= pass.digitsDone else { return place + 1 }
    let end = pass.range.upperBound
    var run = place
    while run < end, bytes[run] &- 48 < 10 { run += 1 }
    let before: UInt8 = place > pass.range.lowerBound ? bytes[place - 1] : 0x20
    let isInWord = tables[before].meets(.word) || before >= 0x80
    // A literal may begin with the last digit, so that place is still to be looked at.
    let next = max(place + 1, run - 1)
    pass.digitsDone = run
    guard pass.personal else { return next }
    if isInWord {
      if tables[before].meets(.upper), let found = letteredID(bytes, place, run - place, &pass) {
        return take(found.lowerBound, found.upperBound, RuleID(.nationalID), &pass)
      }
      if run - place >= 2, let iban = ibanRange(bytes, place, &pass) {
        return take(iban.lowerBound, iban.upperBound, RuleID(.iban), &pass)
      }
      return next
    }
    guard mayBeNumber(bytes, place, run, before, &pass) else {
      if tables.redactsAddresses, let address = addressRange(bytes, place, &pass) {
        return take(address.lowerBound, address.upperBound, RuleID(.ip), &pass)
      }
      return next
    }
    var last = run
    var digits = run - place
    var groups = 1
    while last + 1 < end, groups < 8 {
      var gap = last
      while gap < end, gap - last < 2, isSeparator(bytes[gap]) { gap += 1 }
      guard gap > last, gap < end, bytes[gap] &- 48 < 10 else { break }
      last = gap
      while last < end, bytes[last] &- 48 < 10 {
        last += 1
        digits += 1
      }
      groups += 1
      if digits > 40 { break }
    }
    let after: UInt8 = last < end ? bytes[last] : 0x20
    if digits >= 7, let found = number(bytes, place, run, last, digits, groups, after, &pass) {
      return take(found.0.lowerBound, found.0.upperBound, RuleID(found.1), &pass)
    }
    if let found = nationalID(bytes, place, firstRun: run - place, digits, &pass) {
      return take(found.lowerBound, found.upperBound, RuleID(.nationalID), &pass)
    }
    if tables.redactsAddresses, let address = addressRange(bytes, place, &pass) {
      return take(address.lowerBound, address.upperBound, RuleID(.ip), &pass)
    }
    return next
  }

  /// Whether a number of some kind can begin with a run of digits, by the run and the one behind it. Texts full of
  /// short numbers would otherwise be looked at eight groups ahead from each of them.
  @inline(__always)
  private mutating func mayBeNumber(
    _ bytes: Span<UInt8>, _ place: Int, _ run: Int, _ before: UInt8, _ pass: inout TextPass
  ) -> Bool {
    let count = run - place
    if count >= 12 || before == UInt8(ascii: "+") || before == UInt8(ascii: "(") || bytes[place] == 48 { return true }
    let end = pass.range.upperBound
    var second = run
    while second < end, second - run < 2, isSeparator(bytes[second]) { second += 1 }
    let isOne = second == run + 1
    let secondStart = second
    while second < end, second - secondStart < 20, bytes[second] &- 48 < 10 { second += 1 }
    let secondCount = secondStart == run ? 0 : second - secondStart
    if count == 3 || count >= 4 && secondCount >= 3 { return true }  // SSN, phone; card
    if count == 1, secondCount == 3, bytes[place] == UInt8(ascii: "1") { return true }  // phone
    let pairs = tables.pairs(count)
    if pairs & 1 != 0, secondCount == 0 || count >= 6 { return true }
    if isOne, secondCount > 0, pairs &>> UInt64(secondCount) & 1 != 0 { return true }
    return place > pass.floor && tables[before].meets(.blank) && count == 2 && secondCount == 2  // `AA 12 34 56 A`
  }

  private mutating func isSeparator(_ byte: UInt8) -> Bool {
    // Blank, parentheses, hyphen, dot and slash: all between 0x20 and 0x2F.
    byte &- 0x20 < 16 && 0xE301 as UInt16 &>> UInt16(byte &- 0x20) & 1 != 0
  }

  private mutating func number(
    _ bytes: Span<UInt8>, _ place: Int, _ run: Int, _ last: Int, _ digits: Int, _ groups: Int, _ after: UInt8,
    _ pass: inout TextPass
  ) -> (Range<Int>, BuiltInRule)? {
    let endsClean = !tables[after].meets(.word)
    let before: UInt8 = place > pass.range.lowerBound ? bytes[place - 1] : 0x20
    if digits >= 12, before != UInt8(ascii: "."), let card = cardRange(bytes, place, last) {
      return (card, .card)
    }
    if isSSN(bytes, place, pass.range.upperBound), before != UInt8(ascii: "-"), before != UInt8(ascii: "/") {
      return (place..<place + 11, .ssn)
    }
    let first = bytes[place]
    let mayBePhone =
      first == 48 || first == 49 || run - place == 3 || before == UInt8(ascii: "+") || before == UInt8(ascii: "(")
    guard mayBePhone, endsClean || groups > 2, before != UInt8(ascii: "."), before != UInt8(ascii: "-"),
      before != UInt8(ascii: "/")
    else {
      return nil
    }
    return phoneRange(bytes, place, run, last, &pass).map { ($0, .phone) }
  }

  /// `ddd-dd-dddd` within the ranges that the United States give out, ITINs included.
  private mutating func isSSN(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start + 11 <= end,
      start + 11 == end || bytes[start + 11] &- 48 >= 10 && bytes[start + 11] != UInt8(ascii: "-")
    else { return false }
    let separator = bytes[start + 3]
    guard separator == UInt8(ascii: "-") || separator == 0x20, bytes[start + 6] == separator else {
      return false
    }
    var values = (0, 0, 0)
    for offset in [0, 1, 2, 4, 5, 7, 8, 9, 10] {
      let digit = Int(bytes[start + offset]) - 48
      guard digit >= 0, digit < 10 else { return false }
      if offset < 3 {
        values.0 = values.0 * 10 + digit
      } else if offset < 6 {
        values.1 = values.1 * 10 + digit
      } else {
        values.2 = values.2 * 10 + digit
      }
    }
    guard values.0 != 0, values.0 != 666, values.1 != 0, values.2 != 0 else { return false }
    return values.0 < 900 || (50...99).contains(values.1)
  }

  // MARK: cards

  /// Whether a run of digits, separators aside, is a payment card's number.
  mutating func isCard(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    cardRange(bytes, range.lowerBound, range.upperBound) != nil
  }

  /// First digits of cards: 2 to 6 and 8.
  private static let cardLeads: UInt16 = 0b01_0111_1100

  /// The card number that a run begins with: issuer range, length and Luhn digit fit, groups as cards have them.
  private mutating func cardRange(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int>? {
    guard start < end, Self.cardLeads &>> UInt16(bytes[start] &- 48) & 1 != 0 else { return nil }
    var digits = InlineArray<19, UInt8>(repeating: 0)
    var count = 0
    var index = start
    var lengths = InlineArray<6, Int>(repeating: 0)
    var groups = 0
    var separator: UInt8 = 0
    while index < end {
      let byte = bytes[index]
      if byte &- 48 < 10 {
        guard count < 19 else { return nil }
        digits[count] = byte &- 48
        count += 1
        lengths[min(groups, 5)] += 1
      } else {
        guard byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "."),
          separator == 0 || separator == byte,
          lengths[min(groups, 5)] >= 3
        else { break }
        if index + 1 < end, bytes[index + 1] &- 48 >= 10 { break }
        separator = byte
        groups += 1
      }
      index += 1
    }
    guard count >= 12, groups == 0 || groups >= 2, lengthFits(digits, count), luhn(digits, count) else { return nil }
    return start..<index
  }

  private mutating func lengthFits(_ digits: InlineArray<19, UInt8>, _ count: Int) -> Bool {
    let two = Int(digits[0]) * 10 + Int(digits[1])
    let four = two * 100 + Int(digits[2]) * 10 + Int(digits[3])
    switch two {
    case 40...49: return count == 13 || count == 16 || count == 19
    case 51...55: return count == 16
    case 22...27: return count == 16 && (2200...2204).contains(four) || count == 16 && (2221...2720).contains(four)
    case 34, 37: return count == 15
    case 30, 36, 38, 39: return count >= 14 && count <= 19
    case 35: return count >= 16 && (3528...3589).contains(four)
    case 60, 64, 65: return count >= 16
    case 62, 81: return count >= 16
    case 50, 56...58, 63, 67: return count >= 12 && (count == 16 || count >= 18 || four / 100 == 67 || four / 100 == 63)
    default: return false
    }
  }

  private mutating func luhn(_ digits: InlineArray<19, UInt8>, _ count: Int) -> Bool {
    var sum = 0
    for index in 0..<count {
      let digit = Int(digits[count - 1 - index])
      // Every second digit counts twice, the sum of its digits: what is over nine loses nine.
      sum += digit + (index & 1) * (digit - (digit > 4 ? 9 : 0))
    }
    return sum % 10 == 0 && sum > 0
  }

  // MARK: IBAN

  /// An IBAN whose two check digits begin at `place`: country letters before, length and mod 97 fit (ISO 13616).
  private mutating func ibanRange(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Range<Int>? {
    let start = place - 2
    guard start >= pass.floor, let first = upper(bytes[start]), let second = upper(bytes[start + 1]),
      start == pass.range.lowerBound || !tables[bytes[start - 1]].meets(.word)
    else { return nil }
    guard let length = Self.ibanLength(first, second) else { return nil }
    var remainder = 0
    var characters = InlineArray<34, UInt8>(repeating: 0)
    var count = 0
    var index = start
    let limit = min(pass.range.upperBound, start + 48)
    while index < limit, count < length {
      let byte = bytes[index]
      if byte == 0x20 || byte == UInt8(ascii: "-") {
        guard count >= 4, index + 1 < limit, tables[bytes[index + 1]].meets(.alnum) else { break }
      } else {
        guard tables[byte].meets(.alnum) else { break }
        characters[count] = upper(byte) ?? byte
        count += 1
      }
      index += 1
    }
    guard count == length, index == pass.range.upperBound || !tables[bytes[index]].meets(.alnum) else { return nil }
    for offset in 0..<count {
      let byte = characters[(offset + 4) % count]
      remainder = byte &- 48 < 10 ? (remainder * 10 + Int(byte &- 48)) % 97 : (remainder * 100 + Int(byte) - 55) % 97
    }
    return remainder == 1 ? start..<index : nil
  }

  private mutating func upper(_ byte: UInt8) -> UInt8? {
    byte &- 65 < 26 ? byte : byte &- 97 < 26 ? byte - 32 : nil
  }

  private static let ibanLengths: [(StaticString, Int)] = [
    ("NO", 15), ("BE", 16), ("DK FK FO FI GL NL SD", 18), ("MK SI", 19), ("AT BA EE KZ LT LU MN XK", 20),
    ("HR LI LV CH", 21), ("BG BH CR DE GB GE IE ME RS VA SO", 22), ("AE GI IL IQ OM TL", 23),
    ("AD CZ MD PK RO SA SE SK ES TN VG LY", 24), ("PT ST", 25), ("IS TR", 26), ("FR GR IT MC MR SM BI DJ", 27),
    ("AL AZ CY DO GT HU LB PL BY SV NI", 28), ("BR EG PS QA UA", 29), ("JO KW MU YE", 30), ("MT SC", 31), ("LC", 32),
    ("RU", 33),
  ]

  private static func ibanLength(_ first: UInt8, _ second: UInt8) -> Int? {
    for (countries, length) in ibanLengths {
      for offset in stride(from: 0, to: countries.utf8CodeUnitCount, by: 3)
      where countries.utf8Start[offset] == first && countries.utf8Start[offset + 1] == second {
        return length
      }
    }
    return nil
  }

  // MARK: phone

  /// A phone number around a run of digits: international with `+` or `00`, or North American with its groups.
  private mutating func phoneRange(_ bytes: Span<UInt8>, _ place: Int, _ run: Int, _ last: Int, _ pass: inout TextPass)
    -> Range<
      Int
    >?
  {
    var start = place
    var isInternational = false
    if start > pass.floor, bytes[start - 1] == UInt8(ascii: "(") { start -= 1 }
    if start > pass.floor, bytes[start - 1] == UInt8(ascii: "+") {
      if start > pass.range.lowerBound + 1, tables[bytes[start - 2]].meets(.word) { return nil }  // 1.5E+12345678
      start -= 1
      isInternational = true
    }
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var lengths = InlineArray<10, Int>(repeating: 0)
    var count = 0
    var groups = 0
    for index in place..<last {
      if bytes[index] &- 48 < 10 {
        if index > place, bytes[index - 1] &- 48 >= 10 { groups += 1 }
        guard count < 20, groups < 10 else { return nil }
        digits[count] = bytes[index] &- 48
        lengths[groups] += 1
        count += 1
      } else if bytes[index] == UInt8(ascii: "/"), !isInternational {
        return nil
      }
    }
    let range = start..<last
    if isInternational { return count >= 8 && count <= 15 ? range : nil }
    if count > 15 { return nil }
    if digits[0] == 0, digits[1] == 0, digits[2] != 0, groups >= 2, count >= 10 { return range }
    if lengths[0] == 1, digits[0] == 1, groups == 3,
      isNorthAmerican(lengths[1], lengths[2], lengths[3], digits[1], digits[4])
    {
      return range
    }
    if groups == 2, isNorthAmerican(lengths[0], lengths[1], lengths[2], digits[0], digits[3]) { return range }
    if digits[0] == 0, count == 10 || count == 11, groups >= 1, groups <= 4, lengths[0] >= 2,
      isSpaced(bytes, place, last)
    {
      return range
    }
    return nil
  }

  private mutating func isNorthAmerican(_ area: Int, _ exchange: Int, _ line: Int, _ first: UInt8, _ fourth: UInt8)
    -> Bool
  {
    area == 3 && exchange == 3 && line == 4 && first >= 2 && fourth >= 2
  }

  private mutating func isSpaced(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end where bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: "/") {
      return false
    }
    return true
  }

  /// Whether a value under a phone's key is one: seven digits or more and nothing but what phones are written with.
  mutating func isPhoneLike(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var digits = 0
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case 0x20, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"),
        UInt8(ascii: "/"), UInt8(ascii: "x"), UInt8(ascii: "#"):
        break
      default: return false
      }
    }
    return digits >= 7 && digits <= 20
  }

  /// The digits and separators from a place on.
  mutating func phoneRun(_ bytes: Span<UInt8>, _ start: Int, _ pass: inout TextPass) -> Range<Int> {
    var end = start
    let limit = min(pass.range.upperBound, start + 32)
    while end < limit, bytes[end] &- 48 < 10 || isSeparator(bytes[end]) || bytes[end] == UInt8(ascii: "+") { end += 1 }
    while end > start, bytes[end - 1] &- 48 >= 10 { end -= 1 }
    return start..<end
  }

  // MARK: addresses

  /// An IPv4 address; only where the operator wants addresses gone.
  private mutating func addressRange(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Range<Int>? {
    var index = place
    for part in 0..<4 {
      var value = 0
      let first = index
      while index < pass.range.upperBound, index - first < 3, bytes[index] &- 48 < 10 {
        value = value * 10 + Int(bytes[index] &- 48)
        index += 1
      }
      guard index > first, value < 256 else { return nil }
      if part < 3 {
        guard index < pass.range.upperBound, bytes[index] == UInt8(ascii: ".") else { return nil }
        index += 1
      }
    }
    guard index == pass.range.upperBound || bytes[index] &- 48 >= 10 && bytes[index] != UInt8(ascii: ".") else {
      return nil
    }
    return place..<index
  }
}
