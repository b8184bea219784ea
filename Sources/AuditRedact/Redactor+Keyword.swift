extension Redactor {
  /// A literal of the filter may stand here. Returns where to go on; `place` itself if nothing came of it.
  mutating func keyword(
    _ bytes: Span<UInt8>, _ place: Int, _ candidates: Range<Int>, _ pass: inout TextPass
  ) -> Int {
    let tables = self.tables
    var action: KeywordAction?
    var length = 0
    var next = place
    for candidate in candidates {
      guard let (found, count) = tables.action(candidate, bytes, at: place, end: pass.range.upperBound) else {
        continue
      }
      guard case .token(let index) = found else {
        if action == nil { (action, length) = (found, count) }
        continue
      }
      let shapes = rules.shapes  // counted once; a shape by itself would be copied
      if let token = shapes[index].match(bytes, at: place, in: pass.floor..<pass.range.upperBound, tables) {
        // A token's own characters reach on: what a shape leaves over is still a part of it.
        var end = token.upperBound
        while end < pass.range.upperBound, tables[bytes[end]].meets(.tokenChar) { end += 1 }
        if bytes[place] == UInt8(ascii: "$"), stands("$ANSIBLE_VAULT", bytes, place) {
          end = vaultEnd(bytes, end, &pass)
        }
        _ = take(token.lowerBound, end, shapes[index].rule, &pass)
        return awsSecret(bytes, token, &pass) ?? end
      }
    }
    guard let action else { return place }
    switch action {
    case .token: break
    case .bearer: next = bearer(bytes, place + length, &pass) ?? place
    case .basic: next = basic(bytes, place + length, &pass) ?? place
    case .pem: next = pem(bytes, place, &pass) ?? place
    case .jwt: next = jwt(bytes, place, &pass) ?? place
    case .marker: next = markerEnd(bytes, place) ?? place
    case .sqlValues: next = sqlValues(bytes, place, &pass) ?? place
    case .credentialWord:
      next = spacedValue(bytes, place, &pass) ?? place
      if next == place, bytes[place] | 0x20 == UInt8(ascii: "c") { next = account(bytes, place, &pass) ?? place }
    case .account: next = account(bytes, place, &pass) ?? place
    case .secondArgument: next = secondArgument(bytes, place + length, &pass) ?? place
    case .nextWord: next = nextWord(bytes, place + length, &pass) ?? place
    case .secureString: next = secureString(bytes, place + length, &pass) ?? place
    case .sentCode: next = sentCode(bytes, place, length, &pass) ?? place
    case .identifiedBy: next = identifiedBy(bytes, place + length, &pass) ?? place
    case .oracleThin: next = oracleThin(bytes, place + length, &pass) ?? place
    case .puttyKey: next = take(place, pass.range.upperBound, RuleID(.pem), &pass)
    case .kubernetesSecret: pass.inKubernetesSecret = true
    case .echo: next = piped(bytes, place + length, &pass) ?? place
    case .tool(let tool):
      (pass.tool, pass.toolPlace) = (tool, place)
      switch tool {
      case .sqlplus: next = slashPassword(bytes, place + length, &pass) ?? place
      case .htpasswd: next = lastOperand(bytes, place + length, &pass) ?? place
      case .netUse: next = freeOperand(bytes, place + length - 1, &pass) ?? place
      case .netUser: next = secondOperand(bytes, place + length, &pass) ?? place
      default: break
      }
    }
    if next > place { pass.floor = max(pass.floor, next) }
    return next
  }

  /// `AKIA…:` or `AKIA…,` and the forty characters of the secret key that belongs to it.
  private mutating func awsSecret(_ bytes: Span<UInt8>, _ id: Range<Int>, _ pass: inout TextPass) -> Int? {
    guard id.count == 20, bytes[id.lowerBound] == UInt8(ascii: "A") else { return nil }
    var start = id.upperBound
    let limit = min(pass.range.upperBound, start + 4)
    while start < limit, !tables[bytes[start]].meets(.alnum) { start += 1 }
    guard start > id.upperBound else { return nil }
    var end = start
    while end < pass.range.upperBound, tables[bytes[end]].meets(.base64) { end += 1 }
    guard end - start >= 40, looksSecret(bytes, start..<end, leastLength: 40) else { return nil }
    return take(start, end, RuleID(.secret), &pass)
  }

  /// The end of a marker of ours. Only a rule's real name counts, or anyone could hide behind one.
  mutating func markerEnd(_ bytes: Span<UInt8>, _ place: Int) -> Int? {
    let limit = min(bytes.count, place + 64)
    var end = place
    while end < limit, bytes[end] != UInt8(ascii: "]") { end += 1 }
    guard end < limit else { return nil }
    let pseudonym = pseudonymLength(bytes, place, closing: end)
    return rules.markerNames.contains(bytes, place + 10..<end - pseudonym) ? end + 1 : nil
  }

  /// `Bearer`, `bearer` and the token after it.
  private mutating func bearer(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var start = place
    while start < pass.range.upperBound, bytes[start] == 0x20 || bytes[start] == UInt8(ascii: "+") { start += 1 }
    guard start > place else { return nil }
    let end = beforeMarker(bytes, start..<tokenEnd(bytes, start, &pass)).upperBound
    guard end - start >= 8, end - start >= 20 || looksSecret(bytes, start..<end, leastLength: 8),
      !isPlaceholder(bytes, start..<end), !isMarker(bytes, start..<end)
    else { return nil }
    return take(start, end, RuleID(.bearer), &pass)
  }

  /// `Basic` and what base64 says is `user:password`.
  private mutating func basic(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var end = place
    while end < pass.range.upperBound, tables[bytes[end]].meets([.base64, .equals]) { end += 1 }
    guard end - place >= 6 else { return nil }
    var holdsColon = false
    guard let decoded = decodedBase64(bytes, place..<end) else { return nil }
    for byte in decoded where byte == UInt8(ascii: ":") { holdsColon = true }
    return holdsColon ? take(place, end, RuleID(.basic), &pass) : nil
  }

  /// One past the last byte of a token: everything but blanks, quotes and brackets.
  mutating func tokenEnd(_ bytes: Span<UInt8>, _ start: Int, _ pass: inout TextPass) -> Int {
    var end = start
    while end < pass.range.upperBound {
      switch bytes[end] {
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "\\"), UInt8(ascii: ")"),
        UInt8(ascii: "]"), UInt8(ascii: "}"):
        return end
      default: end += 1
      }
    }
    return end
  }

  /// A PEM private key: from its first line to its last, or to the end of the text where that is missing.
  private mutating func pem(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    var label = place + 11
    let labelEnd = pass.range.upperBound
    while label < labelEnd, !stands("PRIVATE KEY", bytes, label) {
      if bytes[label] == UInt8(ascii: "-") { return nil }
      label += 1
    }
    guard label < labelEnd else { return nil }
    var end = label
    while end < pass.range.upperBound {
      if bytes[end] == UInt8(ascii: "-"), stands("-----END", bytes, end) {
        end += 8
        while end < pass.range.upperBound, bytes[end] != UInt8(ascii: "-") { end += 1 }
        while end < pass.range.upperBound, bytes[end] == UInt8(ascii: "-") { end += 1 }
        break
      }
      end += 1
    }
    return take(place, end, RuleID(.pem), &pass)
  }

  /// `eyJ` and what is no JSON: meant as a token and misspelled. JSON alone, such as a cursor, is looked into later.
  private mutating func isMalformedToken(_ bytes: Span<UInt8>, _ run: Range<Int>, _ pass: inout TextPass) -> Bool {
    run.count >= 11 && !startsText(bytes, run.lowerBound, run.upperBound)
      && (run.lowerBound == pass.range.lowerBound || !tables[bytes[run.lowerBound - 1]].meets(.alnum))
  }

  /// A JWT, JWS or JWE: base64url parts joined by dots, the first of which is a JSON object.
  private mutating func jwt(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int? {
    guard place >= pass.runDone else { return nil }
    var end = place
    var dots = 0
    var longParts = 0
    var partStart = place
    while end < pass.range.upperBound {
      let byte = bytes[end]
      if byte == UInt8(ascii: ".") {
        if end - partStart >= 8 { longParts += 1 }
        dots += 1
        partStart = end + 1
      } else if !tables[byte].meets([.base64, .equals]) {
        break
      }
      end += 1
    }
    pass.runDone = end
    if end - partStart >= 8 { longParts += 1 }
    guard dots >= 2 || dots == 1 && longParts >= 2 || isMalformedToken(bytes, place..<end, &pass) else { return nil }
    while end > place, bytes[end - 1] == UInt8(ascii: "."), dots > 2 { end -= 1 }
    return take(place, end, RuleID(.jwt), &pass)
  }
}
