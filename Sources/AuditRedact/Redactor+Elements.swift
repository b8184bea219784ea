import JSON

extension Redactor {
  /// The elements of an array: each under the array's own key, and some because of the one before.
  ///
  /// `["--password", "x"]`, `["-u", "user:x"]` are command lines; `["Authorization", "x"]` is a header.
  mutating func walkElements(
    _ array: Int, _ key: KeyVerdict, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    var array = array
    let end = tape.end(of: array)
    if key.strength == .none, !key.traits.contains(.counts) {
      // An array whose only element is an array says nothing about it: no call for each of hundreds.
      while array + 2 < end, tape[array + 1].kind == .array, tape.end(of: array + 1) == end { array += 1 }
    }
    var next = KeyVerdict.none
    var splitsUser = false
    let operand = end > array + 4 ? secretOperand(of: array, tape, bytes) : nil
    var index = 0
    var element = array + 1
    while element < end {
      let token = tape[element]
      let first = regions.count
      if element == operand, !isMarker(bytes, token.range), !isPlaceholder(bytes, token.range) {
        regions.append(Region(start: Int(token.start), end: Int(token.end), rule: RuleID(.commandLine)))
        if depth == 0 { recordHits(from: first, at: element, tape, bytes) }
      } else if next.strength > .none, token.kind == .string || token.kind == .number {
        walk(element, next, tape, bytes, depth: depth, personal: personal)
      } else if splitsUser, token.kind == .string, let colon = firstColon(bytes, token.range) {
        let password = colon + 1..<Int(token.end)
        if !password.isEmpty, !isMarker(bytes, password), !isPlaceholder(bytes, password) {
          regions.append(Region(start: password.lowerBound, end: password.upperBound, rule: RuleID(.commandLine)))
        }
        scanString(element, key, tape, bytes, depth: depth, personal: personal)
        mergeRegions(from: first)
        if depth == 0 { recordHits(from: first, at: element, tape, bytes) }
      } else {
        walk(element, key, tape, bytes, depth: depth, personal: personal)
        if regions.count == first, token.kind == .string, let attached = attached(element, in: array, tape, bytes) {
          regions.append(Region(start: attached, end: Int(token.end), rule: RuleID(.commandLine)))
          if depth == 0 { recordHits(from: first, at: element, tape, bytes) }
        }
      }
      // The elements behind this one may have been judged by what stood here.
      if regions.count > first, token.kind == .string || token.kind == .number { needsAnotherLook = true }
      (next, splitsUser) = (.none, false)
      if token.kind == .string, token.range.count < 64 || bytes[Int(token.start)] == UInt8(ascii: "-") {
        next = follower(of: element, at: index, in: array, tape, bytes, &splitsUser)
      }
      element = tape.end(of: element)
      index += 1
    }
  }

  /// `-pS3cret` after a command that takes it so: where the secret begins.
  private mutating func attached(
    _ element: Int, in array: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Int? {
    let range = tape[element].range
    guard range.count > 3, bytes[range.lowerBound] == UInt8(ascii: "-"),
      bytes[range.lowerBound + 1] != UInt8(ascii: "-"), element > array + 1
    else { return nil }
    switch tool(before: element, in: array, tape, bytes)?.option(bytes[range.lowerBound + 1]) {
    case .attached, .valueOrAttached:
      let secret = range.lowerBound + 2..<range.upperBound
      return isAttachedSecret(bytes, secret) && !isMarker(bytes, secret) ? secret.lowerBound : nil
    case .value, .userAndPassword, CommandTool.Option.none?, nil: return nil
    }
  }

  private mutating func firstColon(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    for index in beforeMarker(bytes, range) where bytes[index] == UInt8(ascii: ":") { return index }
    return nil
  }

  /// What an element says about the next one.
  private mutating func follower(
    of element: Int, at index: Int, in array: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>,
    _ splitsUser: inout Bool
  ) -> KeyVerdict {
    let range = tape[element].range
    guard range.count >= 2 else { return .none }
    if bytes[range.lowerBound] == UInt8(ascii: "-") {
      if range.count == 2 {
        switch tool(before: element, in: array, tape, bytes)?.option(bytes[range.lowerBound + 1]) {
        case .value, .valueOrAttached: return KeyVerdict(.strong, .commandLine)
        case .userAndPassword:
          splitsUser = true
          return .none
        case .attached, CommandTool.Option.none?, nil: return .none
        }
      }
      var start = range.lowerBound
      while start < range.upperBound, bytes[start] == UInt8(ascii: "-") { start += 1 }
      for index in range where bytes[index] == UInt8(ascii: "=") { return .none }  // it holds its value itself
      let verdict = verdict(of: bytes, start..<range.upperBound)
      return verdict.strength > .none ? verdict : .none
    }
    guard isHeaderPair(element, at: index, in: array, tape, bytes) else { return .none }
    let verdict = verdict(ofKey: element, tape, bytes)
    return verdict.strength == .strong ? verdict : .none
  }

  /// Whether an element names the next: first of two, in a list of pairs or with a header's capitals and hyphen.
  private mutating func isHeaderPair(
    _ element: Int, at index: Int, in array: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Bool {
    guard index % 2 == 0 else { return false }
    let range = tape[element].range
    for place in range where bytes[place] == UInt8(ascii: "=") { return false }  // it holds its value itself
    let following = tape.end(of: element)
    guard following < tape.end(of: array), tape[following].kind == .string else { return false }
    let value = tape[following].range
    let isPair = index == 0 && tape.end(of: following) == tape.end(of: array)
    var looksLikeHeader = bytes[range.lowerBound] &- 65 < 26
    for place in range where bytes[place] == UInt8(ascii: "-") { looksLikeHeader = true }
    guard isPair || looksLikeHeader else { return false }
    return looksLikeHeader || looksSecret(bytes, value, leastLength: 6)
  }

  /// The command that an argument vector runs, from its first elements.
  private mutating func tool(
    before element: Int, in array: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> CommandTool? {
    var index = array + 1
    for _ in 0..<4 where index < element {
      if tape[index].kind == .string, let tool = tool(named: bytes, tape[index].range) { return tool }
      index = tape.end(of: index)
    }
    return nil
  }

  /// The command of this name, with or without its directory.
  private mutating func tool(named bytes: Span<UInt8>, _ range: Range<Int>) -> CommandTool? {
    var start = range.lowerBound
    for index in range where bytes[index] == UInt8(ascii: "/") { start = index + 1 }
    for (name, tool) in zip(rules.toolNames, CommandTool.allCases) where name.count == range.upperBound - start {
      var isSame = true
      for offset in name.indices where bytes[start + offset] != name[offset] { isSame = false }
      if isSame { return tool }
    }
    return nil
  }
}
