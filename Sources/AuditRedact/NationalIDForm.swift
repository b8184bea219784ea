/// The written form of one country's personal number, and the checksum that tells it from other numbers.
///
/// In a pattern `d` is a digit, `A` a capital, `a` any letter, `x` a letter or digit; anything else is itself.
struct NationalIDForm: Sendable {
  enum Check: Sendable {
    case none, cpf, cnpj, swiss, koreanDate, verhoeff, spanish, finnish, nhs, abn, tfnOrSIN, medicare, nordic, chinese
    case belgian, chilean, czech, french, elevenDigits, thirteenDigits, pan, nino, nie, nric, taiwanese, luhn
  }

  var pattern: StaticString
  var check: Check
  /// Where the first digit stands: scanning begins there.
  var firstDigit: Int
  /// Digits from the first one up to the first letter that ends the run, as the caller counted them.
  var digits: ClosedRange<Int>
  /// Digits of the first run, or its least where a letter that may be a digit follows.
  let firstRun: ClosedRange<Int>
  /// Digits behind the separator that follows the first run; 0 where a letter, or nothing, follows.
  let secondRun: Int

  private init(_ pattern: StaticString, _ check: Check, _ digits: ClosedRange<Int>) {
    self.pattern = pattern
    self.check = check
    self.digits = digits
    var first = 0
    while pattern.utf8Start[first] != UInt8(ascii: "d") { first += 1 }
    firstDigit = first
    var end = first
    while end < pattern.utf8CodeUnitCount, pattern.utf8Start[end] == UInt8(ascii: "d") { end += 1 }
    let isOpen = end < pattern.utf8CodeUnitCount && pattern.utf8Start[end] == UInt8(ascii: "x")
    firstRun = end - first...(isOpen ? 63 : end - first)
    var second = 0
    if !isOpen {
      while end + 1 + second < pattern.utf8CodeUnitCount, pattern.utf8Start[end + 1 + second] == UInt8(ascii: "d") {
        second += 1
      }
    }
    let isSeparated = end < pattern.utf8CodeUnitCount && " -./".utf8.contains(pattern.utf8Start[end])
    secondRun = isSeparated ? second : 0
  }

  static let startingWithDigit: [NationalIDForm] = [
    NationalIDForm("ddd.ddd.ddd-dd", .cpf, 11...11),  // Brazil
    NationalIDForm("dd.ddd.ddd/dddd-dd", .cnpj, 14...14),
    NationalIDForm("ddd.dddd.dddd.dd", .swiss, 13...13),
    NationalIDForm("dddddd-ddddddd", .koreanDate, 13...13),
    NationalIDForm("dddd dddd dddd", .verhoeff, 12...12),  // India
    NationalIDForm("dddd-dddd-dddd", .verhoeff, 12...12),
    NationalIDForm("dddddddda", .spanish, 8...8),
    NationalIDForm("dddddddd-a", .spanish, 8...8),
    NationalIDForm("ddddddxdddx", .finnish, 6...6),
    NationalIDForm("dddddd-dddx", .finnish, 9...10),
    NationalIDForm("ddd ddd dddd", .nhs, 10...10),  // United Kingdom
    NationalIDForm("ddd-ddd-dddd", .nhs, 10...10),
    NationalIDForm("dd ddd ddd ddd", .abn, 11...11),  // Australia
    NationalIDForm("ddd ddd ddd", .tfnOrSIN, 9...9),  // Australia, Canada
    NationalIDForm("ddd-ddd-ddd", .luhn, 9...9),
    NationalIDForm("dddd ddddd d", .medicare, 10...10),
    NationalIDForm("dddddd-dddd", .nordic, 10...10),  // Sweden, Denmark
    NationalIDForm("dddddddd-dddd", .nordic, 12...12),
    NationalIDForm("dddddddddddddddddx", .chinese, 17...18),
    NationalIDForm("dd.dd.dd-ddd.dd", .belgian, 11...11),
    NationalIDForm("dd.ddd.ddd-x", .chilean, 8...9),
    NationalIDForm("dddddd/dddd", .czech, 10...10),
    NationalIDForm("d dd dd dd ddd ddd dd", .french, 15...15),
    NationalIDForm("ddddddddddddddd", .french, 15...15),
    NationalIDForm("ddddddddddd", .elevenDigits, 11...11),  // Brazil, Turkey, Poland
    NationalIDForm("ddddddddddddd", .thirteenDigits, 13...13),  // South Africa, Romania
    NationalIDForm("d-dddd-ddddd-dd-d", .none, 13...13),  // Thailand
    NationalIDForm("ddAAAAAddddAxAx", .none, 2...2),  // India: GSTIN
    NationalIDForm("dAxd-Axd-AAdd", .none, 1...1),  // United States: Medicare
  ]

  /// `startingWithDigit` by the number of digits.
  static let byDigits: [[NationalIDForm]] = (0..<20).map { count in
    startingWithDigit.filter { $0.digits.contains(count) }
  }

  static let startingWithLetter: [NationalIDForm] = [
    NationalIDForm("AAAAAddddA", .pan, 4...4),  // India
    NationalIDForm("AAddddddA", .nino, 6...6),  // United Kingdom
    NationalIDForm("AAAAAddddddAAxAA", .none, 6...6),  // United Kingdom: driving licence
    NationalIDForm("AdddddddA", .nie, 7...7),  // Spain
    NationalIDForm("AdddddddA", .nric, 7...7),  // Singapore
    NationalIDForm("Addddddddd", .taiwanese, 9...9),
    NationalIDForm("AAAAAAddAddAdddA", .none, 2...2),  // Italy
    NationalIDForm("AAAAddddddAAAAAAxd", .none, 6...6),  // Mexico
  ]

  static let spaced = NationalIDForm("AA dd dd dd A", .nino, 6...6)
}
