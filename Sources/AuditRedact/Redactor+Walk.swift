import JSON
import Pattern

extension Redactor {
  /// Keys of a record's own top level that say who, what and when. Their values are identity, not arguments: the
  /// key never makes them sensitive and personal data in them stays (an audit trail has to say who), but secrets go.
  private static let identityKeys: [StaticString] = [
    "timestamp", "time", "ts", "tool", "userId", "user_id", "user", "client_id", "clientId", "client", "sessionId",
    "session_id", "session", "status", "level", "event", "durationMs", "duration_ms", "id", "requestId", "request_id",
    "traceId", "trace_id", "spanId", "span_id", "tenant", "server", "actor", "result_size_bytes",
  ]

  /// The whole record of `redactLine`.
  mutating func walkRecord(_ tape: Span<JSONToken>, _ line: Span<UInt8>) {
    guard tape[0].kind == .object else {
      walk(0, .none, tape, line, depth: 0, personal: true)
      return
    }
    var key = 1
    let end = tape.end(of: 0)
    var siblings = Siblings()
    while key < end {
      let value = key + 1
      let verdict = verdict(ofKey: key, tape, line)
      if verdict.traits.contains(.identity), !verdict.traits.contains(.textIsSecret) {
        walk(value, .none, tape, line, depth: 0, personal: false)
      } else {
        walkMember(key, verdict, of: 0, &siblings, tape, line, depth: 0, personal: true)
      }
      key = tape.end(of: value)
    }
  }

  /// The verdict on a key, from the cache where it was seen before.
  @inline(__always)
  mutating func verdict(ofKey key: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> KeyVerdict {
    let token = tape[key]
    guard token.hasEscapes else { return verdict(of: bytes, token.range) }
    var decoded: [UInt8] = []
    token.decode(in: bytes, into: &decoded)
    return verdict(of: decoded.span, 0..<decoded.count)
  }

  /// The verdict on a name: a key, an identifier in a text, an option.
  mutating func verdict(of bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict {
    let packed = PackedText(bytes, range)
    guard packed.count >= 0 else {
      if let known = longKeys.find(bytes, range) { return known }
      let verdict = judged(bytes, range)
      if budget >= 0 { longKeys.insert(bytes, range, verdict) }
      return verdict
    }
    if let known = keyCache.find(packed) { return known }
    let verdict = judged(bytes, range)
    // Over the budget every name is judged a secret, which holds for this record only.
    if budget >= 0 { keyCache.insert(packed, verdict) }
    return verdict
  }

  /// Shorter keys hold nothing that a built-in rule looks for.
  static let keyBytesMin = 12

  /// A verdict that is not in the cache. Secrets in the name itself, and markers that stand for them, are no words
  /// of it: the name must mean the same before and after it was redacted.
  private mutating func judged(_ bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict {
    guard range.count >= tables.keyBytesMin, range.count <= 512 else { return named(bytes.extracting(range)) }
    let first = regions.count
    let scope = operators.scope
    operators.scope = LiteralGroups()  // paths lead to values, and a verdict holds for the name wherever it stands
    if range.count >= Self.keyBytesMin {
      scanText(bytes, range, depth: 1, personal: true)
    } else {
      scanOperatorRules(bytes, range)
      mergeRegions(from: first)
    }
    operators.scope = scope
    let holdsSecret = regions.count > first
    if !holdsSecret, !holdsBracket(bytes, range) { return named(bytes.extracting(range)) }
    var rest: [UInt8] = []
    var place = range.lowerBound
    for region in regions[first...] {
      appendUnmarked(bytes, place..<region.start, &rest)
      place = region.end
    }
    appendUnmarked(bytes, place..<range.upperBound, &rest)
    regions.removeSubrange(first...)
    var verdict = named(rest.span)
    if holdsSecret { verdict.traits.insert(.textIsSecret) }
    return verdict
  }

  private mutating func holdsBracket(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] == UInt8(ascii: "[") { return true }
    return false
  }

  private mutating func appendUnmarked(_ bytes: Span<UInt8>, _ range: Range<Int>, _ out: inout [UInt8]) {
    var place = range.lowerBound
    while place < range.upperBound {
      if bytes[place] == UInt8(ascii: "["), isMarker(bytes, place..<range.upperBound),
        let end = markerEnd(bytes, place)
      {
        place = end
      } else {
        out.append(bytes[place])
        place += 1
      }
    }
  }

  private mutating func named(_ name: Span<UInt8>) -> KeyVerdict {
    var verdict = rules.classifier.classify(name)
    // A name whose rule is off says nothing, and its value is looked at like any other.
    if !tables.isPlain, case .keep = rules.policy.mode(of: verdict.rule) { verdict.strength = .none }
    if Self.identityKeys.contains(where: { $0.utf8CodeUnitCount == name.count && stands($0, name, 0) }) {
      verdict.traits.insert(.identity)
    }
    return verdict
  }

  mutating func walkMember(
    _ key: Int, _ said: KeyVerdict, of object: Int, _ siblings: inout Siblings, _ tape: Span<JSONToken>,
    _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    var verdict = said
    if verdict.traits.contains(.textIsSecret) {
      needsAnotherLook = true
      let first = regions.count
      if depth == 0 { operators.scope = LiteralGroups() }
      scanString(key, .none, tape, bytes, depth: depth, personal: personal)
      if depth == 0 { recordHits(from: first, at: key, tape, bytes) }
    }
    if verdict.traits.asksSiblings {
      verdict = self.verdict(verdict, ofMember: key, in: object, &siblings, tape, bytes)
    }
    if tape[key + 1].kind == .array, verdict.strength < .strong {
      let columns = columns(ofArray: key, said, in: object, &siblings, tape, bytes)
      if !columns.isEmpty { return walkColumns(key + 1, columns, tape, bytes, depth: depth, personal: personal) }
    }
    walk(key + 1, verdict, tape, bytes, depth: depth, personal: personal)
  }

  private static let cleanIdentity = KeyVerdict(.none, .secret, .identity)

  /// One value under a key's verdict.
  mutating func walk(
    _ value: Int, _ key: KeyVerdict, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    let token = tape[value]
    let first = regions.count
    switch token.kind {
    case .true, .false, .null:
      return
    case .number:
      scanNumber(token, key, bytes, personal: personal)
      if tables.hasOperatorRules, regions.count == first {
        if tables.hasOperatorPaths { _ = isInOperatorScope(value, depth: depth) }
        scanOperatorNumber(token, bytes)
      }
      if quotesHugeNumbers, depth == 0, token.isHuge, regions.count == first {
        needsAnotherLook = true
        regions.append(Region(start: Int(token.start), end: Int(token.end), rule: RuleID(.quotedNumber), quotes: 1))
      }
      if depth == 0 { recordHits(from: first, at: value, tape, bytes) }
    case .string:
      let isScoped = tables.hasOperatorPaths && isInOperatorScope(value, depth: depth)
      let isPlain = key.strength == .none && !key.traits.contains(.phone) && !token.hasEscapes && !isScoped
      if isPlain, token.range.count < tables.textBytesMin { return }
      if isPlain, isTimestamp(bytes, token.range) { return }
      let packed = isPlain ? PackedText(bytes, token.range) : PackedText()
      if packed.count >= 0, let known = cleanValues.find(packed),
        !personal || !known.traits.contains(.identity)
      {
        return
      }
      scanString(value, key, tape, bytes, depth: depth, personal: personal)
      if regions.count > first, regions.count > first + 1 || regions[first].range != token.range,
        !wasJSON || !token.hasEscapes || key.strength > .none || key.traits.contains(.phone)
      {
        needsAnotherLook = true
      }
      // What was looked at without personal data is known to be clean for other such members only.
      if packed.count >= 0, regions.count == first {
        cleanValues.insert(packed, personal ? .none : Self.cleanIdentity)
      }
      if depth == 0 { recordHits(from: first, at: value, tape, bytes) }
    case .object, .array:
      if key.strength == .strong, goesWhole(value, key, tape, bytes),
        !key.traits.contains(.counts) || !holdsPlainWords(value, tape, bytes)
      {
        regions.append(Region(start: Int(token.start), end: Int(token.end), rule: key.rule, quotes: 1))
        if depth == 0 { recordHits(from: first, at: value, tape, bytes) }
      } else if token.kind == .object {
        if key.strength == .strong { needsAnotherLook = true }
        var member = value + 1
        let end = tape.end(of: value)
        var siblings = Siblings()
        while member < end {
          var said = verdict(ofKey: member, tape, bytes)
          if key.traits.contains(.grantRole), isGrant(tape[member + 1], bytes) { said.strength = .none }
          walkMember(member, said, of: value, &siblings, tape, bytes, depth: depth, personal: personal)
          member = tape.end(of: member + 1)
        }
      } else if key.strength == .none, tape[value].kind == .array, tape.end(of: value) == value + 1 {
        return
      } else {
        if key.strength == .strong || key.traits.contains(.counts) { needsAnotherLook = true }
        let isWords = key.traits.contains(.counts) && holdsPlainWords(value, tape, bytes)
        walkElements(value, isWords ? .none : key, tape, bytes, depth: depth, personal: personal)
      }
    }
  }

  /// `2026-01-02T03:04:05.678Z` and its like: every record has one, and none holds a secret.
  @inline(__always)
  private mutating func isTimestamp(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 20, range.count <= 35, bytes[range.lowerBound &+ 4] == UInt8(ascii: "-"),
      bytes[range.lowerBound &+ 10] == UInt8(ascii: "T"), bytes[range.lowerBound &+ 13] == UInt8(ascii: ":")
    else { return false }
    if range.count == 24, isUsualTimestamp(bytes, range.lowerBound) { return true }
    var digits = 0  // in a row: a fraction has nine at most
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits &+= 1
        if digits > 9 { return false }
      case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "T"),
        UInt8(ascii: "Z"):
        digits = 0
      default: return false
      }
    }
    return bytes[range.lowerBound &+ 7] == UInt8(ascii: "-") && bytes[range.lowerBound &+ 16] == UInt8(ascii: ":")
  }

  /// `"permissions":{"secrets":"read"}`: what may be done with secrets is none.
  private mutating func isGrant(_ token: JSONToken, _ bytes: Span<UInt8>) -> Bool {
    guard token.kind == .string else { return false }
    for grant: StaticString in [
      "read", "write", "none", "admin", "owner", "readonly", "read-only", "read_only", "readwrite", "read-write",
      "read_write", "list", "full", "allow", "deny", "maintain", "create", "delete", "update", "manage",
    ]
    where token.isText(in: bytes, grant) { return true }
    return false
  }

  /// `2026-01-02T03:04:05.678Z` exactly, eight bytes at a time.
  @inline(__always)
  private mutating func isUsualTimestamp(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    let raw = bytes.bytes
    let words = (
      UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)),
      UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: start &+ 8, as: UInt64.self)),
      UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: start &+ 16, as: UInt64.self))
    )
    // Digits differ from `0` in their low four bits only, and stay below 16 when 6 is added to those.
    let other = (
      words.0 ^ 0x2D30_302D_3030_3030, words.1 ^ 0x3030_3A30_3054_3030, words.2 ^ 0x5A30_3030_2E30_303A
    )
    let sixes = (0x0006_0600_0606_0606 as UInt64, 0x0606_0006_0600_0606 as UInt64, 0x0006_0606_0006_0600 as UInt64)
    let high = other.0 | (other.0 &+ sixes.0) | other.1 | (other.1 &+ sixes.1) | other.2 | (other.2 &+ sixes.2)
    let signs = other.0 & 0xFF00_00FF_0000_0000 | other.1 & 0x0000_FF00_00FF_0000 | other.2 & 0xFF00_0000_FF00_00FF
    return high & 0xF0F0_F0F0_F0F0_F0F0 == 0 && signs == 0
  }

  /// Whether a container under a sensitive key goes as a whole: not an empty one, not counts, not a JSON schema.
  private mutating func goesWhole(
    _ container: Int, _ key: KeyVerdict, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Bool {
    if key.traits.contains(.personal) { return false }
    var holdsText = false
    var holdsNumber = false
    var index = container + 1
    let end = tape.end(of: container)
    let isObject = tape[container].kind == .object
    while index < end {
      let value = isObject ? index + 1 : index
      switch tape[value].kind {
      case .string where !tape[value].range.isEmpty:
        if isObject, tape[index].isText(in: bytes, "type"), isSchemaType(value, tape, bytes) { return false }
        holdsText = holdsText || !isMarker(bytes, tape[value].range)
      case .object, .array: holdsText = holdsText || tape.end(of: value) > value + 1
      case .number: holdsNumber = true
      case .string, .true, .false, .null: break
      }
      index = tape.end(of: value)
    }
    return holdsText || (holdsNumber && !key.traits.contains(.counts))
  }

  /// `["Hello"," world"]`: tokens of a text are pieces of words, tokens that open something are not.
  private mutating func holdsPlainWords(_ array: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> Bool {
    guard tape[array].kind == .array else { return false }
    var element = array + 1
    while element < tape.end(of: array) {
      let token = tape[element]
      guard token.kind == .string, token.range.count < 16 else { return false }
      for index in token.range where bytes[index] &- 48 < 10 { return false }
      element += 1
    }
    return element > array + 2
  }

  private mutating func isSchemaType(_ value: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> Bool {
    for type: StaticString in ["string", "object", "array", "integer", "number", "boolean"]
    where tape[value].isText(in: bytes, type) { return true }
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
