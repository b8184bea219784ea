/// Splits a key into words and decides what it says about its value.
///
/// `dbPassword`, `X-Api-Key` and `AWS_SECRET_ACCESS_KEY` are sensitive because of their last word that matters and
/// the one before; `max_tokens`, `token_count`, `passwordPolicyEnabled` are not, for the same reason.
struct KeyClassifier: Sendable {
  private let table = WordTable(KeyWord.vocabulary)

  /// Of a longer key the end decides, where the word that counts stands.
  static let lengthMax = 96

  /// The verdict on a key's bytes, decoded. ASCII letters may have any case.
  func classify(_ bytes: Span<UInt8>) -> KeyVerdict {
    guard bytes.count <= Self.lengthMax else { return classify(bytes.extracting(last: Self.lengthMax)) }
    guard !bytes.isEmpty else { return .none }
    if bytes.count == 1, bytes[0] == UInt8(ascii: "$") { return KeyVerdict(.none, .secret, .valueRole) }  // XML as JSON
    var words = InlineArray<12, KeyWord>(repeating: [])
    var count = 0
    var word = PackedWord()
    var joined = PackedWord()  // the key without separators, for a lookup of the whole
    var start = 0
    var previous: UInt8 = 0
    for index in 0..<bytes.count {
      let byte = bytes[index]
      let isUpper = byte &- 65 < 26
      let isLetter = isUpper || byte &- 97 < 26 || byte >= 0x80
      if !isLetter {
        // Digits end a word and are none themselves, but in 2fa, oauth2, base64, cvv2, ed25519, p12.
        if byte &- 48 < 10, word.count > 0 || index + 1 < bytes.count {
          word.append(byte)
          previous = byte
          continue
        }
        finish(&word, bytes, start..<index, &words, &count)
        previous = 0
        start = index + 1
        continue
      }
      let startsWord =
        isUpper && word.count > 0
        && (previous &- 97 < 26 || previous &- 48 < 10 && !isDigits(bytes, start..<index)
          || (previous &- 65 < 26 && index + 1 < bytes.count && bytes[index + 1] &- 97 < 26))
      if startsWord {
        finish(&word, bytes, start..<index, &words, &count)
        start = index
      }
      let lower = isUpper ? byte | 0x20 : byte
      if word.count == 0 { start = index }
      word.append(lower)
      joined.append(lower)
      previous = byte
    }
    finish(&word, bytes, start..<bytes.count, &words, &count)
    guard count > 0 else { return .none }
    if count > 1, joined.count <= 16 {
      let whole = table.meaning(of: joined)
      if whole.meets([.keyWithOwner, .token, .password, .identity, .phone, .card, .bank, .shown]) {
        words[0] = whole
        count = 1
      }
    }
    return decide(&words, count)
  }

  private func finish(
    _ word: inout PackedWord, _ bytes: Span<UInt8>, _ range: Range<Int>, _ words: inout InlineArray<12, KeyWord>,
    _ count: inout Int
  ) {
    defer { word = PackedWord() }
    guard word.count > 0 else { return }
    var meaning = table.meaning(of: word)
    if meaning.isEmpty { meaning = byStem(word, bytes, range) }
    if meaning.isEmpty, isDigits(bytes, range) { return }
    if count == 12 {  // keep the last words
      for index in 1..<12 { words[index - 1] = words[index] }
      count = 11
    }
    words[count] = meaning
    count += 1
  }

  private func isDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] &- 48 >= 10 { return false }
    return true
  }

  /// Words written together: `dbpassword`, `password2`, `mytoken`, `pgpassword`.
  private func byStem(_ word: PackedWord, _ bytes: Span<UInt8>, _ range: Range<Int>) -> KeyWord {
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1] &- 48 < 10 { end -= 1 }
    let length = end - range.lowerBound
    guard length > 0 else { return [] }
    if end < range.upperBound {
      var stem = PackedWord()
      for index in range.lowerBound..<end { stem.append(lowered(bytes[index])) }
      let meaning = table.meaning(of: stem)
      if !meaning.isEmpty { return meaning }
    }
    guard length > 3 else { return [] }
    let last = lowered(bytes[end - 1])
    if last >= 0x80 {
      // Languages that put no blank between words.
      for (suffix, meaning) in Self.wideSuffixes where length > suffix.utf8CodeUnitCount {
        if hasText(bytes, at: end - suffix.utf8CodeUnitCount, suffix) { return meaning }
      }
      return []
    }
    for (suffix, meaning) in Self.suffixes
    where suffix.utf8Start[suffix.utf8CodeUnitCount - 1] == last && length > suffix.utf8CodeUnitCount {
      if hasText(bytes, at: end - suffix.utf8CodeUnitCount, suffix) { return meaning }
    }
    let first = lowered(bytes[range.lowerBound])
    for (prefix, meaning) in Self.prefixes where prefix.utf8Start[0] == first && length > prefix.utf8CodeUnitCount {
      guard hasText(bytes, at: range.lowerBound, prefix) else { continue }
      var rest = PackedWord()
      for index in range.lowerBound + prefix.utf8CodeUnitCount..<end { rest.append(lowered(bytes[index])) }
      if table.meaning(of: rest).meets(.neutral) { return meaning }
    }
    return []
  }

  private static let suffixes: [(StaticString, KeyWord)] = [
    ("password", .password), ("passwd", .password), ("passwort", .password), ("passphrase", .password),
    ("passcode", .oneTime), ("secret", .secret), ("token", .token), ("apikey", .keyWithOwner), ("pwd", .password),
    ("secretkey", .keyWithOwner), ("accesskey", .keyWithOwner), ("privatekey", .keyWithOwner),
    ("authkey", .keyWithOwner), ("masterkey", .keyWithOwner), ("credentials", .credential),
    ("signingkey", .keyWithOwner), ("encryptionkey", .keyWithOwner), ("sessid", .session), ("sessionid", .session),
  ]
  private static let wideSuffixes: [(StaticString, KeyWord)] = [
    ("密码", .password), ("密碼", .password), ("口令", .password), ("パスワード", .password), ("비밀번호", .password),
    ("암호", .password), ("密钥", .keyWithOwner), ("密鑰", .keyWithOwner),
    ("令牌", .token), ("トークン", .token), ("토큰", .token), ("비밀키", .keyWithOwner), ("シークレット", .secret),
  ]
  private static let prefixes: [(StaticString, KeyWord)] = [
    ("password", .password), ("passwd", .password), ("secret", .secret), ("token", .token), ("apikey", .keyWithOwner),
  ]

  @inline(__always)
  private func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

  private func hasText(_ bytes: Span<UInt8>, at place: Int, _ text: StaticString) -> Bool {
    for offset in 0..<text.utf8CodeUnitCount where lowered(bytes[place + offset]) != text.utf8Start[offset] {
      return false
    }
    return true
  }
}
