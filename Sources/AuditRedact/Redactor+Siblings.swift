import JSON

/// What the members of one object say about each other, found in one pass when the first of them asks.
struct Siblings: Sendable {
  var isKnown = false
  var areHintsKnown = false
  /// What a sibling names (`"name":"API_KEY"`), and its key.
  var named = KeyVerdict.none
  var namedKey = -1
  /// What a sibling describes (`"selector":"#password"`), and its key.
  var hinted = KeyVerdict.none
  var hintedKey = -1
  /// The description has more than one word.
  var isSentence = false
  /// What the columns of the object's table are, and the parameters of its statement; nil until somebody asks.
  var columns: [KeyVerdict]?
  var parameters: [KeyVerdict]?
  /// Whether `kty` makes it a JSON Web Key (RFC 7517).
  var isWebKey = false
}

extension Redactor {
  /// Bytes of a text that may describe a sibling.
  private static let hintMax = 160
  /// Words of such a text.
  private static let hintWordsMax = 6
  /// Bytes of a value that a description alone makes a secret; it has no blanks.
  private static let hintedValueMax = 256

  /// The verdict on a member once its siblings were asked.
  mutating func verdict(
    _ said: KeyVerdict, ofMember key: Int, in object: Int, _ siblings: inout Siblings, _ tape: Span<JSONToken>,
    _ bytes: Span<UInt8>
  ) -> KeyVerdict {
    if said.traits.contains(.keyPart) {
      look(into: &siblings, object, tape, bytes)
      if siblings.isWebKey { return KeyVerdict(.strong, .apiKey) }
    }
    guard said.strength < .strong, said.traits.contains(.valueRole) else { return said }
    look(into: &siblings, object, tape, bytes)
    if siblings.namedKey >= 0, siblings.namedKey != key { return siblings.named }
    guard isTyped(tape[key + 1], bytes) else { return said }
    lookForHints(into: &siblings, object, tape, bytes)
    if siblings.hintedKey >= 0, siblings.hintedKey != key, isMeant(tape[key + 1], siblings, bytes) {
      return siblings.hinted
    }
    return said
  }

  private mutating func look(
    into siblings: inout Siblings, _ object: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) {
    guard !siblings.isKnown else { return }
    siblings.isKnown = true
    needsAnotherLook = true
    var member = object + 1
    let end = tape.end(of: object)
    while member < end {
      let value = member + 1
      if tape[value].kind == .string, tape[value].range.count <= 64 {
        if siblings.namedKey < 0, verdict(ofKey: member, tape, bytes).traits.contains(.nameRole) {
          let named = verdict(ofKey: value, tape, bytes)
          if named.strength > .none || named.traits.contains(.phone) {
            (siblings.named, siblings.namedKey) = (named, member)
          }
        }
        switch tape[member].range.count {
        case 3: if tape[member].isText(in: bytes, "kty") { siblings.isWebKey = true }
        case 4:
          if siblings.namedKey < 0, tape[member].isText(in: bytes, "kind"), tape[value].isText(in: bytes, "Secret") {
            (siblings.named, siblings.namedKey) = (KeyVerdict(.strong, .secret), member)
          }
        default: break
        }
      }
      member = tape.end(of: value)
    }
  }

  private mutating func lookForHints(
    into siblings: inout Siblings, _ object: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) {
    guard !siblings.areHintsKnown else { return }
    siblings.areHintsKnown = true
    needsAnotherLook = true
    var path = -1
    var isPatch = false
    var member = object + 1
    let end = tape.end(of: object)
    while member < end, siblings.hintedKey < 0 {
      let value = member + 1
      if tape[value].kind == .string, tape[value].range.count <= Self.hintMax {
        let traits = verdict(ofKey: member, tape, bytes).traits
        if traits.contains(.hintRole) || traits.contains(.nameRole) {
          hint(value, member, &siblings, tape, bytes)
        } else if tape[member].isText(in: bytes, "type") {
          if isSecretType(value, tape, bytes) {
            (siblings.hinted, siblings.hintedKey) = (KeyVerdict(.strong, .password), member)
          }
        } else if tape[member].isText(in: bytes, "command") || tape[member].isText(in: bytes, "cmd") {
          if takesSecret(bytes, tape[value].range) {
            (siblings.hinted, siblings.hintedKey) = (KeyVerdict(.strong, .commandLine), member)
          }
        } else if tape[member].isText(in: bytes, "path") {
          path = member
        } else if tape[member].isText(in: bytes, "op") {
          isPatch = true
        }
      }
      member = tape.end(of: value)
    }
    // RFC 6902: the pointer's last step names the value.
    if siblings.hintedKey < 0, isPatch, path >= 0 { hint(path + 1, path, &siblings, tape, bytes) }
  }

  /// `"type":"password"`, as forms, vaults and variables of pipelines have it.
  private mutating func isSecretType(_ value: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> Bool {
    for type: StaticString in ["password", "secret", "concealed", "CONCEALED", "PASSWORD", "SecureString"]
    where tape[value].isText(in: bytes, type) { return true }
    return false
  }

  /// `#user-password`, `getByLabel('Password')`, `What is your PIN?`, `/spec/password`: what the last words say.
  private mutating func hint(
    _ value: Int, _ member: Int, _ siblings: inout Siblings, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) {
    var text: [UInt8] = []
    tape[value].decode(in: bytes, into: &text)
    var end = text.count
    while true {
      while end > 0, text[end - 1] | 0x20 &- 97 >= 26, text[end - 1] < 0x80 { end -= 1 }
      var start = end
      while start > 0, text[start - 1] | 0x20 &- 97 < 26 { start -= 1 }
      guard start < end, start > 0, isWidget(text.span, start..<end) else { break }
      end = start
    }
    guard end > 0 else { return }
    var words = 1
    for index in 0..<end where text[index] == 0x20 { words += 1 }
    guard words <= Self.hintWordsMax else { return }
    let verdict = verdict(of: text.span, 0..<end)
    if verdict.strength == .strong {
      (siblings.hinted, siblings.hintedKey, siblings.isSentence) = (verdict, member, words > 1)
    }
  }

  /// A word for the thing that is typed into.
  private mutating func isWidget(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
    for widget: StaticString in [
      "field", "textbox", "input", "box", "text", "entry", "edit", "again", "here", "prompt",
    ]
    where widget.utf8CodeUnitCount == word.count {
      var isSame = true
      for offset in 0..<word.count where text[word.lowerBound + offset] | 0x20 != widget.utf8Start[offset] {
        isSame = false
      }
      if isSame { return true }
    }
    return false
  }

  /// Whether a value is one that was typed in, and no sentence.
  private mutating func isTyped(_ token: JSONToken, _ bytes: Span<UInt8>) -> Bool {
    if token.kind == .number { return true }
    guard token.kind == .string, !token.range.isEmpty, token.range.count <= Self.hintedValueMax,
      bytes[token.range.lowerBound] != UInt8(ascii: "{"), bytes[token.range.lowerBound] != UInt8(ascii: "[")
    else { return false }
    for index in token.range where bytes[index] == 0x20 { return false }
    return true
  }

  /// Whether the hint is about this value: what stands beside a sentence has to look chosen or be a code.
  private mutating func isMeant(_ token: JSONToken, _ siblings: Siblings, _ bytes: Span<UInt8>) -> Bool {
    if token.kind == .number { return siblings.hinted.rule == RuleID(.passcode) }
    guard siblings.isSentence else { return true }
    var seen: ByteClass = []
    for index in token.range { seen.formUnion(tables[bytes[index]]) }
    return seen.meets(.digit)
  }
}
