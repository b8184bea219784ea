import CStringScan
import JSON

extension Redactor {
  /// A string token: its text, decoded where it has escapes, under its key's verdict.
  mutating func scanString(
    _ index: Int, _ key: KeyVerdict, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    let token = tape[index]
    guard !token.range.isEmpty else { return }
    guard token.hasEscapes else {
      scanValue(bytes, token.range, key, depth: depth, personal: personal)
      return
    }
    guard depth < Self.depthMax, var level = takeScratch(depth) else {
      blank(token.range, .depth)
      return
    }
    level.text.removeAll(keepingCapacity: true)
    decodeEscapes(token, bytes, &level)
    let first = regions.count
    scanValue(level.text.span, 0..<level.text.count, key, depth: depth + 1, personal: personal)
    carryOut(from: first, level.map, quoteLevels: 1)
    scratch[depth] = consume level
  }

  /// Takes the scratch of a depth out, so that it can be read while the redactor changes.
  mutating func takeScratch(_ depth: Int) -> Scratch? {
    guard depth < scratch.count else { return nil }
    return scratch[depth].take() ?? Scratch()
  }

  /// Carries regions found in decoded text back to where it came from.
  mutating func carryOut(from first: Int, _ map: OffsetMap, quoteLevels: UInt8) {
    guard regions.count > first else { return }
    var hint = 0
    for index in first..<regions.count {
      let raw = map.raw(regions[index].range, hint: &hint)
      regions[index].start = raw.lowerBound
      regions[index].end = raw.upperBound
      if regions[index].quotes > 0 {
        regions[index].quotes = quoteLevels == 0 ? 0 : regions[index].quotes &+ quoteLevels
      }
    }
  }

  /// The decoded text of a value that has a key.
  @inline(__always)
  private mutating func scanValue(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ key: KeyVerdict, depth: Int, personal: Bool
  ) {
    switch key.strength {
    case .strong where !isHarmless(bytes, range, key):
      regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: key.rule))
      return
    case .weak where looksSecret(bytes, range, leastLength: 8):
      regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: key.rule))
      return
    case .none, .weak, .strong: break
    }
    if personal, key.traits.contains(.phone), isPhoneLike(bytes, range) {
      regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: RuleID(.phone)))
      return
    }
    scanText(bytes, range, depth: depth, personal: personal)
  }

  /// Replaces a value that could not be looked at: over a limit nothing passes.
  mutating func blank(_ range: Range<Int>, _ rule: BuiltInRule) {
    blankedValues += 1
    regions.append(Region(start: range.lowerBound, end: range.upperBound, rule: RuleID(rule)))
  }

  /// Finds every secret in a text. Regions come out sorted and apart.
  mutating func scanText(_ bytes: Span<UInt8>, _ range: Range<Int>, depth: Int, personal: Bool) {
    wasJSON = false
    guard range.count >= tables.textBytesMin else { return scanShortText(bytes, range) }
    budget -= range.count
    guard budget >= 0 else {
      needsAnotherLook = true
      blank(range, .budget)
      return
    }
    let first = regions.count
    if bytes[range.lowerBound] <= 0x22 || bytes[range.lowerBound] >= 0x5B,
      scanNestedJSON(bytes, range, depth: depth, personal: personal)
    {
      wasJSON = true
      return
    }
    var pass = TextPass(range: range, depth: depth, personal: personal)
    scanPlain(bytes, &pass)
    if range.count >= 16, pass.mayHoldRun { scanRuns(bytes, &pass) }
    if pass.sawPercent { scanDecoded(bytes, &pass, .percent) }
    if pass.sawBackslash { scanDecoded(bytes, &pass, .backslash) }
    if pass.sawEntity { scanDecoded(bytes, &pass, .entity) }
    if tables.hasOperatorRules { scanOperatorRules(bytes, range) }
    if regions.count > first + 1 { mergeRegions(from: first) }
    wasJSON = false
  }

  /// The one loop over the text. Literals and single bytes lead to the scanners, each of which says where to go on.
  ///
  /// Six places at a time, without a branch among them, and sixty before the first is looked at: where something may be in
  /// a text nobody can foresee, so it is asked for seldom.
  private mutating func scanPlain(_ bytes: Span<UInt8>, _ pass: inout TextPass) {
    let tables = self.tables
    guard !usesWideScan else { return scanWide(bytes, &pass) }
    let end = pass.range.upperBound
    var place = pass.range.lowerBound
    var before: UInt64 = 0
    while place < end {
      if place &+ 8 <= bytes.count {
        let base = place
        let places = interestingPlaces(bytes, &place, end, &before, tables)
        let next = look(bytes, at: places, from: base, &pass)
        if next > place { (place, before) = (next, 0) }
      } else {
        place = look(bytes, place, threeBytes(bytes, place, end), &pass, tables)
      }
    }
  }

  /// The same, sixty-four places at a time.
  private mutating func scanWide(_ bytes: Span<UInt8>, _ pass: inout TextPass) {
    let tables = self.tables
    let end = pass.range.upperBound
    var place = pass.range.lowerBound
    var state = text_scan_state()
    while place < end {
      let base = place
      let places = tables.wide.places(bytes, place, end, &state)
      place &+= 64
      let next = look(bytes, at: places, from: base, &pass)
      if next > place {
        place = next
        (state.small, state.word, state.runs) = (0, 0, 1)  // what was passed by is not known
      }
    }
    pass.mayHoldRun = state.runs != 0
  }

  /// Places that may matter, bit n for the n-th from `base` on. Returns where to go on.
  @inline(__always)
  private mutating func look(
    _ bytes: Span<UInt8>, at found: UInt64, from base: Int, _ pass: inout TextPass
  ) -> Int {
    let tables = self.tables
    let end = pass.range.upperBound
    var places = found
    var next = base
    while places != 0 {
      let found = base &+ places.trailingZeroBitCount
      places &= places &- 1
      next = look(bytes, found, threeBytes(bytes, found, end), &pass, tables)
      if next > found &+ 1 { places &= next &- base < 64 ? ~0 &<< UInt64(next &- base) : 0 }
    }
    return next
  }

  /// Which of up to sixty places are worth a look, bit n for the n-th; moves `place` behind them.
  /// - Parameter before: see `ByteInterest.places`.
  @inline(__always)
  private mutating func interestingPlaces(
    _ bytes: Span<UInt8>, _ place: inout Int, _ end: Int, _ before: inout UInt64, _ tables: ScanTables
  ) -> UInt64 {
    let raw = bytes.bytes
    let last = min(end, bytes.count &- 7)
    var found: UInt64 = 0
    var count: UInt64 = 0
    repeat {
      var word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      // What stands behind the text is zero, which is no trigger; what a literal would need of it is checked later.
      if place &+ 8 > end { word &= (1 &<< UInt64(truncatingIfNeeded: (end &- place) &* 8)) &- 1 }
      let folded = word | 0x2020_2020_2020_2020
      var kinds: UInt64 = 0
      for offset in 0..<6 {
        let shift = UInt64(offset &* 8)
        kinds |=
          tables.interest(UInt32(truncatingIfNeeded: folded &>> shift), UInt8(truncatingIfNeeded: word &>> shift))
          &<< shift
      }
      // The product gathers the lowest bits of bytes in its highest byte.
      let lows = ByteInterest.places(kinds, behind: before)
      found |= ((lows &* 0x0102_0408_1020_4080) &>> 56) &<< count
      before = kinds &>> 24
      place &+= 6
      count &+= 6
    } while count < 60 && place < last
    return found
  }

  /// Three bytes of a text, or the one before its end.
  @inline(__always)
  private mutating func threeBytes(_ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> UInt32 {
    var word = UInt32(bytes[place])
    if place &+ 3 <= end { word |= UInt32(bytes[place &+ 1]) &<< 8 | UInt32(bytes[place &+ 2]) &<< 16 }
    return word
  }

  /// One place that may matter; `word` holds its three bytes. Returns where to go on.
  @inline(__always)
  private mutating func look(
    _ bytes: Span<UInt8>, _ place: Int, _ word: UInt32, _ pass: inout TextPass, _ tables: ScanTables
  ) -> Int {
    if tables.mayStartKeyword(word) {
      let candidates = tables.candidates(word, bytes, place)
      if !candidates.isEmpty {
        let next = keyword(bytes, place, candidates, &pass)
        if next > place { return next }
      }
    }
    let kind = tables.trigger(UInt8(truncatingIfNeeded: word))
    switch kind {
    case .none: return place &+ 1
    case .digit:
      if let next = innerDigits(bytes, place, &pass, tables) { return next }
    case .hyphen:
      if place > pass.range.lowerBound, tables[bytes[place &- 1]].meets(.word) { return place &+ 1 }
    default: break
    }
    return max(place &+ 1, trigger(kind, bytes, place, &pass))
  }

  /// Digits behind a small letter or an underscore, as ids are full of them, are the start of nothing but an IBAN's
  /// check digits. Returns where to go on; nil if they are to be looked at.
  @inline(__always)
  private mutating func innerDigits(
    _ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass, _ tables: ScanTables
  ) -> Int? {
    if place < pass.digitsDone || !pass.personal { return place &+ 1 }
    let first = pass.range.lowerBound
    guard place > first, tables[bytes[place &- 1]].meets([.lower, .underscore]) else { return nil }
    if place &- 2 >= first, tables[bytes[place &- 2]].meets(.alpha),
      place &- 2 == first || !tables[bytes[place &- 3]].meets(.word)
    {
      return nil
    }
    var run = place &+ 1
    while run < pass.range.upperBound, bytes[run] &- 48 < 10 { run &+= 1 }
    pass.digitsDone = run
    return max(place &+ 1, run &- 1)
  }

  private mutating func trigger(
    _ kind: TextTrigger, _ bytes: Span<UInt8>, _ place: Int, _ pass: inout TextPass
  ) -> Int {
    switch kind {
    case .none: break
    case .assign: return assignment(bytes, place, &pass)
    case .at: return atSign(bytes, place, &pass)
    case .digit: return pass.personal ? digits(bytes, place, &pass) : place + 1
    case .percent: pass.sawPercent = true
    case .backslash: pass.sawBackslash = true
    case .quote: return quoted(bytes, place, &pass)
    case .hyphen: return option(bytes, place, &pass)
    case .angle: return element(bytes, place, &pass)
    case .wide: return wideAssignment(bytes, place, &pass)
    case .ampersand: if place + 3 < pass.range.upperBound { pass.sawEntity = pass.sawEntity || isEntity(bytes, place) }
    }
    return place + 1
  }

  /// `&#`, `&quot;`, `&amp;` and their like.
  private mutating func isEntity(_ bytes: Span<UInt8>, _ place: Int) -> Bool {
    switch bytes[place + 1] {
    case UInt8(ascii: "#"): return true
    case UInt8(ascii: "q"), UInt8(ascii: "a"), UInt8(ascii: "l"), UInt8(ascii: "g"): break
    default: return false
    }
    for name: StaticString in ["&quot;", "&amp;", "&apos;", "&lt;", "&gt;"] where stands(name, bytes, place) {
      return true
    }
    return false
  }

  /// Whether literal ASCII stands at a place.
  mutating func stands(_ text: StaticString, _ bytes: Span<UInt8>, _ place: Int) -> Bool {
    guard place >= 0, place + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[place + offset] != text.utf8Start[offset] { return false }
    return true
  }

  /// Takes a run of the text away under a rule and moves the floor behind it.
  mutating func take(_ start: Int, _ end: Int, _ rule: RuleID, _ pass: inout TextPass) -> Int {
    let start = max(start, pass.floor)
    guard start < end else { return end }
    regions.append(Region(start: start, end: end, rule: rule))
    pass.floor = end
    return end
  }
}
