extension JSONTape {
  /// Reads one document, blanks around it allowed, strictly as RFC 8259.
  ///
  /// One pass, linear in the input, no allocation once `tokens` has grown. Accepted though unusual, and flagged:
  /// lone surrogate escapes, `\u0000`, duplicate keys, numbers of any size. After a throw the tape is empty.
  package mutating func scan(_ bytes: Span<UInt8>) throws(JSONError) {
    clear()
    do throws(JSONError) {
      try scanDocument(bytes)
    } catch {
      clear()
      throw error
    }
  }

  private mutating func clear() {
    tokens.removeAll(keepingCapacity: true)
    flags = []
    depth = 0
  }

  private mutating func scanDocument(_ bytes: Span<UInt8>) throws(JSONError) {
    guard bytes.count < Int(UInt32.max) else { throw JSONError(reason: .tooManyTokens, offset: 0) }
    var cursor = JSONCursor(count: bytes.count)
    cursor.skipBlanks(bytes)
    guard !cursor.isAtEnd else { throw JSONError(reason: .empty, offset: bytes.count) }

    var open = 0  // containers that are open; frames[0..<open] minus the current one, which is `frame`
    var frame = JSONFrame()
    values: while true {
      guard tokens.count + 2 <= tokensMax else { throw cursor.error(.tooManyTokens) }
      let byte = try cursor.peek(bytes)
      switch byte {
      case UInt8(ascii: "\""):
        try appendString(&cursor, bytes)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open < depthMax else { throw cursor.error(.tooDeep) }
        frames[open] = frame
        open += 1
        depth = max(depth, open)
        let isObject = byte == UInt8(ascii: "{")
        frame = JSONFrame(container: UInt32(tokens.count), isObject: isObject)
        append(isObject ? .object : .array, [], cursor.offset, 0)
        cursor.advance()
        cursor.skipBlanks(bytes)
        if try cursor.peek(bytes) == byte &+ 2 {  // `}` and `]` stand two after their partners in ASCII
          break
        }
        if isObject { try appendKey(&cursor, &frame, bytes) }
        continue values
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let start = cursor.offset
        let flags = try cursor.number(bytes)
        self.flags.formUnion(flags)
        append(.number, flags, start, cursor.offset)
      case UInt8(ascii: "t"):
        try appendLiteral(.true, "true", &cursor, bytes)
      case UInt8(ascii: "f"):
        try appendLiteral(.false, "false", &cursor, bytes)
      case UInt8(ascii: "n"):
        try appendLiteral(.null, "null", &cursor, bytes)
      default:
        throw cursor.error(.unexpectedByte)
      }

      while open > 0 {
        cursor.skipBlanks(bytes)
        let byte = try cursor.peek(bytes)
        if byte == UInt8(ascii: ",") {
          // A comma right after the opening bracket cannot come here: an empty container only breaks on its partner.
          cursor.advance()
          cursor.skipBlanks(bytes)
          if frame.isObject { try appendKey(&cursor, &frame, bytes) }
          continue values
        }
        guard byte == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw cursor.error(.unexpectedByte)
        }
        cursor.advance()
        let container = Int(frame.container)
        tokens[container].end = UInt32(cursor.offset)
        tokens[container].next = UInt32(tokens.count)
        if frame.hasSuspectKeys { markDuplicates(in: container, bytes) }
        open -= 1
        frame = frames[open]
      }
      break
    }
    cursor.skipBlanks(bytes)
    guard cursor.isAtEnd else { throw cursor.error(.trailingBytes) }
  }

  @inline(__always)
  private mutating func append(_ kind: JSONKind, _ flags: JSONFlags, _ start: Int, _ end: Int) {
    tokens.append(
      JSONToken(
        kind: kind, flags: flags, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
        next: UInt32(truncatingIfNeeded: tokens.count + 1)))
  }

  @inline(__always)
  private mutating func appendString(_ cursor: inout JSONCursor, _ bytes: Span<UInt8>) throws(JSONError) {
    cursor.advance()
    let start = cursor.offset
    let flags = try cursor.string(bytes)
    self.flags.formUnion(flags)
    append(.string, flags, start, cursor.offset)
    cursor.advance()
  }

  @inline(__always)
  private mutating func appendKey(
    _ cursor: inout JSONCursor, _ frame: inout JSONFrame, _ bytes: Span<UInt8>
  ) throws(JSONError) {
    guard try cursor.peek(bytes) == UInt8(ascii: "\"") else { throw cursor.error(.unexpectedByte) }
    let index = tokens.count
    try appendString(&cursor, bytes)
    if findsDuplicates {
      let bit = cursor.filterBit(of: tokens[index], bytes)
      if frame.keyFilter & bit != 0 || tokens[index].flags.has(.hasEscapes) { frame.hasSuspectKeys = true }
      frame.keyFilter |= bit
    }
    cursor.skipBlanks(bytes)
    guard try cursor.peek(bytes) == UInt8(ascii: ":") else { throw cursor.error(.unexpectedByte) }
    cursor.advance()
    cursor.skipBlanks(bytes)
  }

  private mutating func appendLiteral(
    _ kind: JSONKind, _ word: StaticString, _ cursor: inout JSONCursor, _ bytes: Span<UInt8>
  ) throws(JSONError) {
    let start = cursor.offset
    for position in 0..<word.utf8CodeUnitCount {
      guard try cursor.peek(bytes) == word.utf8Start[position] else { throw cursor.error(.unexpectedByte) }
      cursor.advance()
    }
    append(kind, [], start, cursor.offset)
  }
}
