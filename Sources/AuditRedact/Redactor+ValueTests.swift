extension Redactor {
  /// What is longer than this is no placeholder, reference, path or expression, whatever it begins with.
  static let harmlessMax = 512
  /// Bytes by which a value is judged to look random.
  static let sampleMax = 512

  /// Whether a whole value is a marker of ours, or starts with one.
  mutating func isMarker(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count > 10 && stands("[REDACTED:", bytes, range.lowerBound) && markerEnd(bytes, range.lowerBound) != nil
  }

  /// A value that stays although its key is sensitive: nothing, a reference to a secret, a word that is none.
  mutating func isHarmless(_ bytes: Span<UInt8>, _ range: Range<Int>, _ key: KeyVerdict) -> Bool {
    if isMarker(bytes, range) { return true }
    guard range.count <= Self.harmlessMax else { return false }
    if isPlaceholder(bytes, range) || isReference(bytes, range) { return true }
    if key.traits.contains(.personal) {
      var digits = 0
      for index in range where bytes[index] &- 48 < 10 { digits += 1 }
      return digits < 4
    }
    return isPlainPath(bytes, range) || isNoSecretWord(bytes, range)
  }

  /// `null`, `true`, `Bearer`, `required`: what fields hold instead of a secret.
  private mutating func isNoSecretWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count <= 12 else { return false }
    for index in range where bytes[index] &- 48 < 10 { return false }
    return rules.stopWords.contains(bytes, range)
  }

  /// `${X}`, `$X`, `$(x)`, `{{x}}`, `%X%`, `<x>`, `****`: what stands for a secret.
  mutating func isPlaceholder(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 1 else { return true }
    guard range.count <= Self.harmlessMax else { return false }
    let first = bytes[range.lowerBound]
    let last = bytes[range.upperBound - 1]
    switch first {
    case UInt8(ascii: "$"):
      guard range.count >= 2 else { return true }
      let second = bytes[range.lowerBound + 1]
      if second == UInt8(ascii: "{") || second == UInt8(ascii: "(") { return true }
      return isName(bytes, range.lowerBound + 1..<range.upperBound)
    case UInt8(ascii: "{"): return range.count >= 2 && bytes[range.lowerBound + 1] == UInt8(ascii: "{")
    case UInt8(ascii: "%"):
      return range.count >= 3 && last == UInt8(ascii: "%")
        && isName(bytes, range.lowerBound + 1..<range.upperBound - 1)
    case UInt8(ascii: "<"): return last == UInt8(ascii: ">") && range.count <= 64
    default: break
    }
    if isExample(bytes, range) { return true }
    guard
      first == UInt8(ascii: "*") || first | 0x20 == UInt8(ascii: "x") || first == UInt8(ascii: ".")
        || first == UInt8(ascii: "-") || first == UInt8(ascii: "?")
    else { return false }
    for index in range where bytes[index] != first { return false }
    return range.count >= 2
  }

  /// `YOUR_API_KEY`, `your-token-here`: what documentation writes.
  private mutating func isExample(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 6, range.count <= 48 else { return false }
    var underscores = 0
    var capitals = 0
    for index in range {
      if bytes[index] == UInt8(ascii: "_") { underscores += 1 } else if bytes[index] &- 65 < 26 { capitals += 1 }
    }
    if underscores > 0, underscores + capitals == range.count { return true }
    for prefix: StaticString in ["your-", "your_", "YOUR-", "your ", "insert-", "replace-", "<your"]
    where stands(prefix, bytes, range.lowerBound) {
      for index in range where bytes[index] &- 48 < 10 { return false }
      return true
    }
    return false
  }

  /// The name of a variable: capitals, digits and underscores, or one plain word.
  private mutating func isName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    var lower = false
    var upper = false
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper = true
      case UInt8(ascii: "a")...UInt8(ascii: "z"): lower = true
      case UInt8(ascii: "_"): break
      case UInt8(ascii: "0")...UInt8(ascii: "9"): if index == range.lowerBound { return false }
      default: return false
      }
    }
    return !(lower && upper) || range.count < 24
  }

  /// A pointer to where the secret lies, which is none itself.
  private mutating func isReference(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    switch bytes[range.lowerBound] {  // what the prefixes below begin with
    case UInt8(ascii: "o"), UInt8(ascii: "v"), UInt8(ascii: "a"), UInt8(ascii: "r"), UInt8(ascii: "p"),
      UInt8(ascii: "e"), UInt8(ascii: "s"), UInt8(ascii: "k"), UInt8(ascii: "g"), UInt8(ascii: "f"),
      UInt8(ascii: "@"), UInt8(ascii: "E"):
      break
    default: return false
    }
    for prefix: StaticString in [
      "op://", "vault:", "vault://", "arn:aws:", "ref+", "projects/", "process.env", "os.environ", "env:", "secrets.",
      "env.", "keyvault:", "ssm:", "awssm:", "gcpsm:", "@Microsoft.KeyVault", "ENC[", "file:", "sha256:",
      "secretsmanager:",
    ] where stands(prefix, bytes, range.lowerBound) && prefix.utf8CodeUnitCount < range.count { return true }
    return false
  }

  /// `/run/secrets/db`, `./key.pem`, `~/.ssh/id`: lower-case words between slashes.
  private mutating func isPlainPath(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let first = bytes[range.lowerBound]
    guard first == UInt8(ascii: "/") || first == UInt8(ascii: "~") || first == UInt8(ascii: ".") else { return false }
    var slashes = 0
    var digits = 0
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "/"): slashes += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        break
      default: return false
      }
    }
    return slashes >= 2 - (first == UInt8(ascii: "/") ? 0 : 1) && digits * 4 < range.count
  }

  /// Whether a value looks drawn at random rather than written: letters and digits mixed, no words, no known id.
  mutating func looksSecret(_ bytes: Span<UInt8>, _ whole: Range<Int>, leastLength: Int) -> Bool {
    let range = beforeMarker(bytes, whole.prefix(Self.sampleMax))
    guard range.count >= leastLength else { return false }
    var (lower, upper, digits, symbols, changes) = (0, 0, 0, 0, 0)
    var last = 0
    for index in range {
      let byte = bytes[index]
      let kind: Int
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): (lower, kind) = (lower + 1, 1)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): (upper, kind) = (upper + 1, 2)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): (digits, kind) = (digits + 1, 3)
      case 0...0x20, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"): return false
      default: (symbols, kind) = (symbols + 1, 4)
      }
      if kind != last { changes += 1 }
      last = kind
    }
    // First what tells most words from secrets.
    guard digits > 0 || upper > 0, lower + upper > 0 else { return false }
    if isPlaceholder(bytes, range) || isReference(bytes, range) { return false }
    if isUUID(bytes, range) || isDateLike(bytes, range) || stands("http", bytes, range.lowerBound) { return false }
    if bytes[range.lowerBound] == UInt8(ascii: "/") && symbols > 1 { return false }
    if digits > 0 {
      // `build-3413589`, `v1.2.3`, `us-east-1`: a word, a separator, a number.
      return range.count >= 20 ? changes >= 5 : changes >= 3 && !isWordAndNumber(bytes, range)
    }
    // Without digits: mixed case that is no CamelCase, at some length.
    return range.count >= 16 && upper >= 3 && lower >= 3 && symbols * 6 < range.count && changes * 3 >= range.count
  }

  /// What stands before a marker of ours; a value is not random because we wrote into it.
  mutating func beforeMarker(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    for index in range where bytes[index] == UInt8(ascii: "[") && stands("[REDACTED:", bytes, index) {
      if isMarker(bytes, index..<range.upperBound) { return range.lowerBound..<index }
    }
    return range
  }

  /// 8-4-4-4-12 hexadecimal digits.
  mutating func isUUID(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count == 36 else { return false }
    for offset in 0..<36 {
      let byte = bytes[range.lowerBound + offset]
      let isHyphen = offset == 8 || offset == 13 || offset == 18 || offset == 23
      guard isHyphen ? byte == UInt8(ascii: "-") : tables[byte].meets(.hex) else { return false }
    }
    return true
  }

  private mutating func isDateLike(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 8 else { return false }
    let start = range.lowerBound
    for offset in 0..<4 where bytes[start + offset] &- 48 >= 10 { return false }
    return bytes[start + 4] == UInt8(ascii: "-") && bytes[start + 5] &- 48 < 2 && bytes[start + 7] == UInt8(ascii: "-")
  }

  /// Words of lower-case letters and numbers, each whole between separators.
  private mutating func isWordAndNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var wasDigit = false
    var wasLetter = false
    var separators = 0
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        if wasDigit { return false }
        wasLetter = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if wasLetter { return false }
        wasDigit = true
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"):
        (wasDigit, wasLetter) = (false, false)
        separators += 1
      default: return false
      }
    }
    return separators > 0
  }
}
