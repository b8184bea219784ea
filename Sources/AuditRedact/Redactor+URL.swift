extension Redactor {
  /// At the colon of `://`: takes the password, or the token, before the `@` of a URL's authority.
  ///
  /// Passwords in URLs hold unescaped `/`, `#`, `?` and `@` more often than RFC 3986 would like, so the last `@` of
  /// the run counts, unless what stands before it reads as `host:port/path`.
  mutating func authority(_ bytes: Span<UInt8>, _ colon: Int, _ pass: inout TextPass) -> Int {
    let start = colon + 3
    guard start >= pass.noAt, !isMarker(bytes, start..<pass.range.upperBound) else { return start }
    let limit = pass.range.upperBound
    var end = start
    var lastAt = -1
    var firstColon = -1
    var pathStart = -1
    var mayReach = false
    scan: while end < limit {
      let byte = bytes[end]
      switch byte {
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "\\"):
        break scan
      case UInt8(ascii: "@"):
        if pathStart < 0 || mayReach && end + 1 < limit && bytes[end + 1] > 0x20 { lastAt = end }
      case UInt8(ascii: ":"):
        if stands("://", bytes, end), end > start { break scan }
        if firstColon < 0, lastAt < 0 { firstColon = end }
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"):
        if pathStart < 0 {
          pathStart = end
          mayReach = mayReachBehindPath(bytes, start, firstColon, pathStart)
        }
      default: break
      }
      end += 1
    }
    guard lastAt > start else {
      pass.noAt = end
      return start
    }
    if firstColon >= 0, firstColon < lastAt {
      let password = firstColon + 1..<lastAt
      let user = start..<firstColon
      if user.count >= 20, looksSecret(bytes, user, leastLength: 20) {
        return take(start, lastAt, RuleID(.urlUserinfo), &pass)
      }
      guard !password.isEmpty, !isPlaceholder(bytes, password), !isMarker(bytes, password) else { return start }
      return take(password.lowerBound, lastAt, RuleID(.urlUserinfo), &pass)
    }
    let user = start..<lastAt
    guard user.count >= 12, looksSecret(bytes, user, leastLength: 12) || user.count >= 32 else { return start }
    return take(start, lastAt, RuleID(.urlUserinfo), &pass)
  }

  /// Whether an `@` behind a slash may still end the user information: `user:pa/ss@host`, but not `host:8080/a@b`.
  private mutating func mayReachBehindPath(
    _ bytes: Span<UInt8>, _ start: Int, _ firstColon: Int, _ pathStart: Int
  ) -> Bool {
    guard firstColon >= 0, firstColon < pathStart, firstColon > start || bytes[pathStart] != UInt8(ascii: "/") else {
      return false
    }
    var isPort = pathStart > firstColon + 1
    for index in firstColon + 1..<pathStart where bytes[index] &- 48 >= 10 { isPort = false }
    return !isPort
  }

  /// At `@`: an e-mail address, or `user:password@host` without a scheme.
  mutating func atSign(_ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass) -> Int {
    if let password = bareCredentials(bytes, place, &pass) {
      return take(password.lowerBound, password.upperBound, RuleID(.urlUserinfo), &pass)
    }
    guard pass.personal, let address = emailRange(bytes, place, pass.floor..<pass.range.upperBound) else {
      return place + 1
    }
    return take(address.lowerBound, address.upperBound, RuleID(.email), &pass)
  }

  /// `user:password@host`, `user:password@tcp(host)`: the password.
  private mutating func bareCredentials(_ bytes: Span<UInt8>, _ at: Int, _ pass: inout TextPass) -> Range<Int>? {
    guard at + 1 < pass.range.upperBound, tables[bytes[at + 1]].meets(.alnum) || bytes[at + 1] == UInt8(ascii: "(")
    else { return nil }
    let limit = max(pass.floor, pass.noColon)
    pass.noColon = at
    var colon = at - 1
    while colon >= limit, bytes[colon] != UInt8(ascii: ":") {
      switch bytes[colon] {
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: "="):
        return nil
      default: colon -= 1
      }
    }
    guard colon > limit, at - colon > 3 else { return nil }
    var user = colon
    while user > limit, tables[bytes[user - 1]].meets([.word, .hyphen, .dot]) { user -= 1 }
    guard user < colon, !isMailWord(bytes, user..<colon) else { return nil }
    let password = colon + 1..<at
    guard bytes[colon + 1] != UInt8(ascii: "/"), !isPlaceholder(bytes, password), !isMarker(bytes, password) else {
      return nil
    }
    if stands("tcp(", bytes, at + 1) || stands("unix(", bytes, at + 1) { return password }
    // An image digest, an e-mail after a label and a package version have the same form.
    return looksSecret(bytes, password, leastLength: 6) ? password : nil
  }

  private mutating func isMailWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for word: StaticString in [
      "mailto", "email", "mail", "cc", "bcc", "from", "to", "sip", "xmpp", "acct", "contact",
      "user", "author", "e-mail",
    ]
    where word.utf8CodeUnitCount == range.count {
      var isSame = true
      for offset in 0..<range.count where bytes[range.lowerBound + offset] | 0x20 != word.utf8Start[offset] {
        isSame = false
      }
      if isSame { return true }
    }
    return false
  }

  /// The e-mail address around an `@`.
  mutating func emailRange(_ bytes: Span<UInt8>, _ at: Int, _ range: Range<Int>) -> Range<Int>? {
    var start = at
    let limit = range.lowerBound
    while start > limit {
      let byte = bytes[start - 1]
      guard
        tables[byte].meets([.word, .hyphen, .dot, .nonASCII]) || byte == UInt8(ascii: "+")
          || byte == UInt8(ascii: "%")
          || byte == UInt8(ascii: "'") && start - 2 >= limit
            && tables[bytes[start - 2]].meets(.alpha)
      else { break }
      start -= 1
    }
    while start < at, bytes[start] == UInt8(ascii: ".") || bytes[start] == UInt8(ascii: "-") { start += 1 }
    guard start < at, bytes[at - 1] != UInt8(ascii: ".") else { return nil }
    var end = at + 1
    var dot = -1
    while end < range.upperBound, tables[bytes[end]].meets([.alnum, .hyphen, .dot, .nonASCII]) {
      if bytes[end] == UInt8(ascii: ".") {
        if dot == end - 1 || end == at + 1 { return nil }
        dot = end
      }
      end += 1
    }
    while end > at + 1, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
    if dot >= end - 1 { dot = lastDot(bytes, at + 1..<end) }
    guard dot > at + 1, end - dot > 2 else { return nil }
    for index in dot + 1..<end where !tables[bytes[index]].meets([.alpha, .nonASCII]) { return nil }
    if isMachine(bytes, start, at, dot, end, range) { return nil }
    return start..<end
  }

  /// `git@host.example:org/repository`, `user@host.example:/path`, `//user@host.example`, `getty@tty1.service`: an
  /// account on a machine, or a unit of systemd.
  private mutating func isMachine(
    _ bytes: Span<UInt8>, _ start: Int, _ at: Int, _ dot: Int, _ end: Int, _ range: Range<Int>
  ) -> Bool {
    if start >= range.lowerBound + 2, bytes[start - 1] == UInt8(ascii: "/"), bytes[start - 2] == UInt8(ascii: "/") {
      return true
    }
    for unit: StaticString in ["service", "socket", "timer", "target", "mount", "slice"]
    where unit.utf8CodeUnitCount == end - dot - 1 && stands(unit, bytes, dot + 1) { return true }
    guard end + 1 < range.upperBound else { return false }
    if stands("git@", bytes, at - 3), bytes[end] == UInt8(ascii: "/") { return true }
    return bytes[end] == UInt8(ascii: ":")
      && (tables[bytes[end + 1]].meets(.alpha) || bytes[end + 1] == UInt8(ascii: "/")
        || bytes[end + 1] == UInt8(ascii: "~"))
  }

  private mutating func lastDot(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var dot = -1
    for index in range where bytes[index] == UInt8(ascii: ".") { dot = index }
    return dot
  }
}
