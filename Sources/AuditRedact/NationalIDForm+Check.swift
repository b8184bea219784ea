extension NationalIDForm {
  /// The letters and digits of a form without its separators: at most twenty.
  struct Symbols {
    private(set) var bytes = InlineArray<20, UInt8>(repeating: 0)
    private(set) var count = 0

    mutating func append(_ byte: UInt8) {
      guard count < 20 else { return }
      bytes[count] = byte
      count += 1
    }

    /// The value of a digit.
    subscript(_ index: Int) -> Int { Int(bytes[index]) - 48 }

    func letter(_ index: Int) -> UInt8 { bytes[index] & 0xDF }

    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + self[$1] } }

    /// The digits from `start` on, times weights.
    func weighted(_ weights: [Int], from start: Int = 0) -> Int {
      weights.indices.reduce(0) { $0 + weights[$1] * self[start + $1] }
    }
  }

  /// Whether the symbols that the pattern took fit the country's checksum or date.
  func fits(_ symbols: Symbols) -> Bool {
    switch check {
    case .none: true
    case .cpf: Self.isCPF(symbols)
    case .cnpj:
      (symbols.weighted([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11 % 10 == symbols[12]
        && (symbols.weighted([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11 % 10 == symbols[13]
    case .swiss: symbols.number(0..<3) == 756 && symbols.weighted([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0
    case .koreanDate:
      Self.isDate(month: symbols.number(2..<4), day: symbols.number(4..<6)) && (1...8).contains(symbols[6])
    case .verhoeff: symbols[0] >= 2 && Self.isVerhoeff(symbols)
    case .spanish: Self.spanishLetter(symbols.number(0..<8)) == symbols.letter(8)
    case .finnish: Self.isFinnish(symbols)
    case .nhs: Self.isNHS(symbols)
    case .abn: Self.isABN(symbols)
    case .tfnOrSIN: symbols.weighted([1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0 || Self.isLuhn(symbols, from: 0)
    case .medicare:
      (2...6).contains(symbols[0]) && symbols.weighted([1, 3, 7, 9, 1, 3, 7, 9]) % 10 == symbols[8]
    case .nordic: Self.isNordic(symbols)
    case .chinese: Self.isChinese(symbols)
    case .belgian: Self.isBelgian(symbols)
    case .chilean: Self.isChilean(symbols)
    case .czech:
      Self.isDate(month: symbols.number(2..<4) % 50, day: symbols.number(4..<6)) && symbols.number(0..<10) % 11 == 0
    case .french: (1...2).contains(symbols[0]) && 97 - symbols.number(0..<13) % 97 == symbols.number(13..<15)
    case .elevenDigits: Self.isCPF(symbols) || Self.isTurkish(symbols) || Self.isPolish(symbols)
    case .thirteenDigits: Self.isSouthAfrican(symbols) || Self.isRomanian(symbols)
    case .pan: "PCHFATBLJG".utf8.contains(symbols.letter(3))
    case .nino:
      !"DFIQUV".utf8.contains(symbols.letter(0)) && !"DFIOQUV".utf8.contains(symbols.letter(1))
        && "ABCD".utf8.contains(symbols.letter(8))
    case .nie:
      (UInt8(ascii: "X")...UInt8(ascii: "Z")).contains(symbols.letter(0))
        && Self.spanishLetter((Int(symbols.letter(0)) - 88) * 10_000_000 + symbols.number(1..<8)) == symbols.letter(8)
    case .nric: Self.isNRIC(symbols)
    case .taiwanese: Self.isTaiwanese(symbols)
    case .luhn: Self.isLuhn(symbols, from: 0)
    }
  }

  private static func isDate(month: Int, day: Int) -> Bool { (1...12).contains(month) && (1...31).contains(day) }

  private static func isCPF(_ symbols: Symbols) -> Bool {
    var allSame = true
    for index in 1..<11 where symbols[index] != symbols[0] { allSame = false }
    return !allSame && symbols.weighted([10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == symbols[9]
      && symbols.weighted([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 == symbols[10]
  }

  private static func spanishLetter(_ number: Int) -> UInt8 {
    let letters: StaticString = "TRWAGMYFPDXBNJZSQVHLCKE"
    return letters.utf8Start[number % 23]
  }

  /// `ddmmyy`, a sign for the century, three digits, and the character that the nine digits modulo 31 give.
  private static func isFinnish(_ symbols: Symbols) -> Bool {
    let hasSign = symbols.count == 11
    if hasSign, !"ABCDEFYXWVU".utf8.contains(symbols.letter(6)) { return false }
    let tail = hasSign ? 7 : 6
    for index in tail..<tail + 3 where !(0...9).contains(symbols[index]) { return false }
    let letters: StaticString = "0123456789ABCDEFHJKLMNPRSTUVWXY"
    let last = symbols.bytes[symbols.count - 1]
    let expected = letters.utf8Start[(symbols.number(0..<6) * 1000 + symbols.number(tail..<tail + 3)) % 31]
    return isDate(month: symbols.number(2..<4), day: symbols.number(0..<2))
      && (last == expected || last & 0xDF == expected)
  }

  private static func isNHS(_ symbols: Symbols) -> Bool {
    let check = 11 - symbols.weighted([10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return check % 11 == symbols[9]
  }

  private static func isABN(_ symbols: Symbols) -> Bool {
    (symbols.weighted([10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 == 0
  }

  /// A Swedish number has a Luhn digit; a Danish one no longer has a checksum, but a day first.
  private static func isNordic(_ symbols: Symbols) -> Bool {
    let start = symbols.count - 10
    let isSwedish =
      isDate(month: symbols.number(start + 2..<start + 4), day: symbols.number(start + 4..<start + 6) % 60)
      && isLuhn(symbols, from: start)
    return isSwedish || start == 0 && isDate(month: symbols.number(2..<4), day: symbols.number(0..<2))
  }

  private static func isLuhn(_ symbols: Symbols, from start: Int) -> Bool {
    var sum = 0
    for index in start..<symbols.count {
      let doubled = symbols[index] * ((symbols.count - index) % 2 == 0 ? 2 : 1)
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0 && sum > 0
  }

  private static func isChinese(_ symbols: Symbols) -> Bool {
    guard isDate(month: symbols.number(10..<12), day: symbols.number(12..<14)),
      (18...20).contains(symbols.number(6..<8))
    else { return false }
    let checks: StaticString = "10X98765432"
    let sum = symbols.weighted([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    let last = symbols.bytes[17]
    return checks.utf8Start[sum % 11] == (last == UInt8(ascii: "x") ? UInt8(ascii: "X") : last)
  }

  private static func isBelgian(_ symbols: Symbols) -> Bool {
    let number = symbols.number(0..<9)
    let check = symbols.number(9..<11)
    return 97 - number % 97 == check || 97 - (2_000_000_000 + number) % 97 == check
  }

  private static func isChilean(_ symbols: Symbols) -> Bool {
    let check = 11 - symbols.weighted([3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return check == 10 ? symbols.letter(8) == UInt8(ascii: "K") : check % 11 == symbols[8]
  }

  private static func isTurkish(_ symbols: Symbols) -> Bool {
    guard symbols[0] != 0 else { return false }
    let odd = symbols[0] + symbols[2] + symbols[4] + symbols[6] + symbols[8]
    let even = symbols[1] + symbols[3] + symbols[5] + symbols[7]
    return (odd * 7 - even + 100) % 10 == symbols[9] && (odd + even + symbols[9]) % 10 == symbols[10]
  }

  private static func isPolish(_ symbols: Symbols) -> Bool {
    isDate(month: symbols.number(2..<4) % 20, day: symbols.number(4..<6))
      && (10 - symbols.weighted([1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10 == symbols[10]
  }

  private static func isSouthAfrican(_ symbols: Symbols) -> Bool {
    isDate(month: symbols.number(2..<4), day: symbols.number(4..<6)) && symbols[10] <= 1 && isLuhn(symbols, from: 0)
  }

  private static func isRomanian(_ symbols: Symbols) -> Bool {
    guard symbols[0] > 0, isDate(month: symbols.number(3..<5), day: symbols.number(5..<7)) else { return false }
    let check = symbols.weighted([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return (check == 10 ? 1 : check) == symbols[12]
  }

  private static func isNRIC(_ symbols: Symbols) -> Bool {
    var sum = symbols.weighted([2, 7, 6, 5, 4, 3, 2], from: 1)
    let table: StaticString
    switch symbols.letter(0) {
    case UInt8(ascii: "S"): table = "JZIHGFEDCBA"
    case UInt8(ascii: "T"): (table, sum) = ("JZIHGFEDCBA", sum + 4)
    case UInt8(ascii: "F"): table = "XWUTRQPNMLK"
    case UInt8(ascii: "G"): (table, sum) = ("XWUTRQPNMLK", sum + 4)
    case UInt8(ascii: "M"): (table, sum) = ("KLJNPQRTUWX", sum + 3)
    default: return false
    }
    let index = symbols.letter(0) == UInt8(ascii: "M") ? 10 - sum % 11 : sum % 11
    return table.utf8Start[index] == symbols.letter(8) || table.utf8Start[sum % 11] == symbols.letter(8)
  }

  private static func isTaiwanese(_ symbols: Symbols) -> Bool {
    guard (1...2).contains(symbols[1]) else { return false }
    let order: StaticString = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
    for index in 0..<26 where order.utf8Start[index] == symbols.letter(0) {
      let number = index + 10
      let sum = number / 10 + number % 10 * 9 + symbols.weighted([8, 7, 6, 5, 4, 3, 2, 1, 1], from: 1)
      return sum % 10 == 0
    }
    return false
  }

  /// Verhoeff's checksum over the dihedral group of order ten.
  private static func isVerhoeff(_ symbols: Symbols) -> Bool {
    // The permutation 1576283094 and its powers.
    let powers: StaticString = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"
    // The group's products, ten to a row.
    let products: StaticString =
      "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
    var check = 0
    for position in 0..<symbols.count {
      let digit = symbols[symbols.count - 1 - position]
      let factor = Int(powers.utf8Start[(position & 7) * 10 + digit]) - 48
      check = Int(products.utf8Start[check * 10 + factor]) - 48
    }
    return check == 0
  }
}
