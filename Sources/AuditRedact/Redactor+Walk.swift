import JSON

extension Redactor {
  /// Keys of a record's own top level that say who, what and when. Their values are identity, not arguments: the
  /// key never makes them sensitive and personal data in them stays (an audit trail has to say who), but secrets go.
  private static let identityKeys: [StaticString] = [
    "timestamp", "time", "ts", "tool", "userId", "user_id", "user", "client_id", "clientId", "client", "sessionId",
    "session_id", "session", "status", "level", "event", "durationMs", "duration_ms", "id", "requestId", "request_id",
    "traceId", "trace_id", "spanId", "span_id", "tenant", "server", "actor", "result_size_bytes",
  ]

  /// The whole record of `redactLine`.
  mutating func walkRecord(_ tape: borrowing JSONTape, _ line: Span<UInt8>) {
    guard tape.tokens[0].kind == .object else {
      walk(0, .none, tape, line, depth: 0, personal: true)
      return
    }
    var key = 1
    let end = tape.end(of: 0)
    while key < end {
      let value = key + 1
      let verdict = verdict(ofKey: key, tape, line)
      if verdict.traits.contains(.identity) {
        walk(value, .none, tape, line, depth: 0, personal: false)
      } else {
        walkMember(key, verdict, of: 0, tape, line, depth: 0, personal: true)
      }
      key = tape.end(of: value)
    }
  }

  /// The verdict on a key, from the cache where it was seen before.
  @inline(__always)
  mutating func verdict(ofKey key: Int, _ tape: borrowing JSONTape, _ bytes: Span<UInt8>) -> KeyVerdict {
    let token = tape.tokens[key]
    guard token.flags.contains(.hasEscapes) else { return verdict(of: bytes, token.range) }
    var decoded: [UInt8] = []
    tape.decodeString(token, in: bytes, into: &decoded)
    return verdict(of: decoded.span, 0..<decoded.count)
  }

  /// The verdict on a name: a key, an identifier in a text, an option.
  mutating func verdict(of bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict {
    guard let packed = KeyCache.packed(bytes, range) else { return judged(bytes, range) }
    if let known = keyCache.find(packed) { return known }
    let verdict = judged(bytes, range)
    keyCache.insert(packed, verdict)
    return verdict
  }

  private mutating func judged(_ bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict {
    var verdict = rules.classifier.classify(bytes.extracting(range))
    if range.count >= 12, holdsToken(bytes, range) { verdict.traits.insert(.textIsSecret) }
    if Self.identityKeys.contains(where: { $0.utf8CodeUnitCount == range.count && stands($0, bytes, range.lowerBound) }) {
      verdict.traits.insert(.identity)
    }
    return verdict
  }

  mutating func walkMember(
    _ key: Int, _ said: KeyVerdict, of object: Int, _ tape: borrowing JSONTape, _ bytes: Span<UInt8>, depth: Int,
    personal: Bool
  ) {
    var verdict = said
    if verdict.traits.contains(.textIsSecret) {
      let first = regions.count
      scanString(key, .none, tape, bytes, depth: depth, personal: personal)
      if depth == 0 { recordHits(from: first, at: key, tape, bytes) }
    }
    if verdict.strength < .strong, verdict.traits.contains(.valueRole),
      let named = siblingName(of: key, in: object, tape, bytes)
    {
      verdict = named
    }
    walk(key + 1, verdict, tape, bytes, depth: depth, personal: personal)
  }

  /// For `{"name":"API_KEY","value":"…"}`: what the sibling that names this value says.
  private mutating func siblingName(
    of key: Int, in object: Int, _ tape: borrowing JSONTape, _ bytes: Span<UInt8>
  ) -> KeyVerdict? {
    var sibling = object + 1
    let end = tape.end(of: object)
    var seen = 0
    while sibling < end, seen < 32 {
      seen += 1
      let value = sibling + 1
      if sibling != key, tape.tokens[value].kind == .string, tape.tokens[value].range.count <= 64 {
        if verdict(ofKey: sibling, tape, bytes).traits.contains(.nameRole) {
          let named = verdict(ofKey: value, tape, bytes)
          if named.strength > .none || named.traits.contains(.phone) { return named }
        }
        if tape.key(at: sibling, in: bytes, equals: "kind"), tape.string(tape.tokens[value], in: bytes, equals: "Secret") {
          return KeyVerdict(.strong, .secret)
        }
      }
      sibling = tape.end(of: value)
    }
    return nil
  }

  /// One value under a key's verdict.
  mutating func walk(
    _ value: Int, _ key: KeyVerdict, _ tape: borrowing JSONTape, _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    let token = tape.tokens[value]
    let first = regions.count
    switch token.kind {
    case .true, .false, .null:
      return
    case .number:
      scanNumber(token, key, bytes, personal: personal)
      if depth == 0 { recordHits(from: first, at: value, tape, bytes) }
    case .string:
      if key.strength == .none, token.range.count < 5, key.traits.isEmpty { return }
      scanString(value, key, tape, bytes, depth: depth, personal: personal)
      if depth == 0 { recordHits(from: first, at: value, tape, bytes) }
    case .object, .array:
      if key.strength == .strong, goesWhole(value, key, tape, bytes) {
        regions.append(Region(start: Int(token.start), end: Int(token.end), rule: key.rule, quotes: 1))
        if depth == 0 { recordHits(from: first, at: value, tape, bytes) }
      } else if token.kind == .object {
        var member = value + 1
        let end = tape.end(of: value)
        while member < end {
          walkMember(
            member, verdict(ofKey: member, tape, bytes), of: value, tape, bytes, depth: depth, personal: personal)
          member = tape.end(of: member + 1)
        }
      } else {
        walkElements(value, key, tape, bytes, depth: depth, personal: personal)
      }
    }
  }

  /// Whether a container under a sensitive key goes as a whole: not an empty one, not counts, not a JSON schema.
  private func goesWhole(
    _ container: Int, _ key: KeyVerdict, _ tape: borrowing JSONTape, _ bytes: Span<UInt8>
  ) -> Bool {
    if key.traits.contains(.personal) { return false }
    var holdsText = false
    var holdsNumber = false
    var index = container + 1
    let end = tape.end(of: container)
    let isObject = tape.tokens[container].kind == .object
    while index < end {
      let value = isObject ? index + 1 : index
      switch tape.tokens[value].kind {
      case .string where !tape.tokens[value].range.isEmpty:
        if isObject, tape.key(at: index, in: bytes, equals: "type"), isSchemaType(value, tape, bytes) { return false }
        holdsText = holdsText || !isMarker(bytes, tape.tokens[value].range)
      case .object, .array: holdsText = holdsText || tape.end(of: value) > value + 1
      case .number: holdsNumber = true
      case .string, .true, .false, .null: break
      }
      index = tape.end(of: value)
    }
    return holdsText || (holdsNumber && !key.traits.contains(.counts))
  }

  private func isSchemaType(_ value: Int, _ tape: borrowing JSONTape, _ bytes: Span<UInt8>) -> Bool {
    for type: StaticString in ["string", "object", "array", "integer", "number", "boolean"]
    where tape.string(tape.tokens[value], in: bytes, equals: type) { return true }
    return false
  }

  private mutating func scanNumber(_ token: JSONToken, _ key: KeyVerdict, _ bytes: Span<UInt8>, personal: Bool) {
    let range = token.range
    if key.strength == .strong, !key.traits.contains(.keepsNumbers),
      !key.traits.contains(.personal) || range.count >= 6
    {
      regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: key.rule, quotes: 1))
    } else if personal, key.traits.contains(.phone), range.count >= 7 {
      regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: RuleID(.phone), quotes: 1))
    } else if personal, range.count >= 13, isCard(bytes, range) {
      regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: RuleID(.card), quotes: 1))
    }
  }
}
