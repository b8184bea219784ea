extension KeyClassifier {
  /// Reads the words from the end: the last one that is not neutral says what the value is, the one before
  /// whose it is.
  func decide(_ words: inout InlineArray<12, KeyWord>, _ count: Int) -> KeyVerdict {
    var last = count - 1
    while last > 0, words[last].meets(.neutral), !words[last].meets([.password, .token]) { last -= 1 }
    let head = words[last]
    let owner: KeyWord = last > 0 ? words[last - 1] : []
    let isWhole = last == 0
    var roles: KeyVerdict.Traits = []
    if count == 1 {
      if head.meets(.nameRole) { roles.insert(.nameRole) }
      if head.meets(.valueRole) { roles.insert(.valueRole) }
      if head.meets(.keyPart) { roles.insert(.keyPart) }
      if head.meets(.hintRole) { roles.insert(.hintRole) }
      if head.meets(.bindRole) { roles.insert(.bindRole) }
      if head.meets(.grantRole) { roles.insert(.grantRole) }
    } else if words[count - 1].meets(.valueRole) {
      roles.insert(.valueRole)
    } else if words[count - 1].meets(.nameRole) {
      roles.insert(.nameRole)
    }
    var verdict = judge(head, owner, isWhole, words, last)
    if verdict.strength == .none, last > 0,
      !head.meets([.harmless, .id, .number, .code, .phrase, .hash, .token, .tokens, .key])
    {
      verdict = byEarlierWord(words, last)
    }
    verdict.traits.formUnion(roles)
    return verdict
  }

  private func judge(
    _ head: KeyWord, _ owner: KeyWord, _ isWhole: Bool, _ words: InlineArray<12, KeyWord>, _ last: Int
  ) -> KeyVerdict {
    if head.meets(.password) { return KeyVerdict(.strong, .password, .password) }
    if head.meets(.pass), isWhole || owner.meets(.ownsPass) {
      return KeyVerdict(.strong, .password, [.password, .keepsNumbers])
    }
    if head.meets(.secret) { return owner.meets(.refersToSecret) ? .none : KeyVerdict(.strong, .secret) }
    if owner.meets(.keyBefore), head.meets(.ownsKey) { return KeyVerdict(.strong, .apiKey) }
    if head.meets(.tokens) {
      return owner.meets(.plainToken) ? .none : KeyVerdict(.strong, .token, [.counts, .keepsNumbers])
    }
    if head.meets(.token) { return owner.meets(.plainToken) ? .none : KeyVerdict(.strong, .token) }
    if head.meets(.keyWithOwner) { return KeyVerdict(.strong, .apiKey) }
    if head.meets(.key) { return key(owner, isWhole) }
    if head.meets(.credential) { return KeyVerdict(.strong, .credential, [.header, .keepsNumbers]) }
    if head.meets(.authorization) { return KeyVerdict(.strong, .authorization, [.header, .keepsNumbers]) }
    if head.meets(.auth) { return KeyVerdict(.strong, .authorization, .keepsNumbers) }
    if head.meets(.cookie) { return KeyVerdict(.strong, .cookie, [.header, .keepsNumbers]) }
    if head.meets(.oneTime) { return KeyVerdict(.strong, .passcode) }
    if head.meets(.pin), isWhole || owner.meets(.ownsPin) { return KeyVerdict(.strong, .passcode) }
    if head.meets(.code), owner.meets(.ownsCode) { return KeyVerdict(.strong, .passcode) }
    if head.meets(.cardCode) { return KeyVerdict(.strong, .passcode) }
    if head.meets(.phrase) {
      return isWhole || owner.meets([.ownsPhrase, .password]) || head.meets(.password)
        ? KeyVerdict(.strong, .password, .password) : .none
    }
    if head.meets(.hash) {
      return owner.meets([.password, .pass, .secret, .token]) ? KeyVerdict(.strong, .password) : .none
    }
    return personal(head, owner, isWhole, words, last)
  }

  private func key(_ owner: KeyWord, _ isWhole: Bool) -> KeyVerdict {
    if isWhole { return KeyVerdict(.none, .apiKey, .wantsOwner) }
    if owner.meets([.ownsKey, .secret, .token, .auth, .authorization, .password, .session]) {
      return owner.meets(.plainKey) && !owner.meets([.secret, .token])
        ? KeyVerdict(.weak, .apiKey) : KeyVerdict(.strong, .apiKey)
    }
    return owner.meets(.plainKey) ? .none : KeyVerdict(.weak, .apiKey)
  }

  private func personal(
    _ head: KeyWord, _ owner: KeyWord, _ isWhole: Bool, _ words: InlineArray<12, KeyWord>, _ last: Int
  ) -> KeyVerdict {
    if head.meets([.number, .id]) {
      if owner.meets(.phone) { return KeyVerdict(.none, .phone, .phone) }
      if owner.meets([.identity, .ownsNumber]) { return KeyVerdict(.strong, .nationalID, .personal) }
      if owner.meets(.secret) { return KeyVerdict(.weak, .secret) }
      return .none
    }
    if head.meets(.identity) { return KeyVerdict(.strong, .nationalID, .personal) }
    if head.meets(.phone) { return KeyVerdict(.none, .phone, .phone) }
    if head.meets(.bank) { return KeyVerdict(.strong, .iban, .personal) }
    if head.meets(.card) { return KeyVerdict(.none, .card, .personal) }
    if head.meets(.signature) { return KeyVerdict(.weak, .signature) }
    if head.meets(.session) { return KeyVerdict(.weak, .cookie) }
    if head.meets(.softSecret) { return KeyVerdict(.weak, .secret) }
    if head.meets(.code) { return KeyVerdict(.none, .passcode, .wantsOwner) }
    return .none
  }

  /// `password_for_admin`, `tokenGithub`, `api_key_openai`: the word is there, but does not come last.
  private func byEarlierWord(_ words: InlineArray<12, KeyWord>, _ last: Int) -> KeyVerdict {
    for index in stride(from: last - 1, through: 0, by: -1) {
      let word = words[index]
      if word.meets(.password) { return KeyVerdict(.weak, .password) }
      if word.meets([.secret, .keyWithOwner]) { return KeyVerdict(.weak, .secret) }
      if word.meets(.token) { return KeyVerdict(.weak, .token) }
      if word.meets(.key), index > 0, words[index - 1].meets(.ownsKey) { return KeyVerdict(.weak, .apiKey) }
    }
    return .none
  }
}
