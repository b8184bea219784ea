/// One reading of a document: what `JSONTape.scan` knows while it goes, apart from the tape, so that it stays in registers.
struct JSONScanner {
  let count: Int
  let depthMax: Int
  let tokensMax: Int
  let findsDuplicates: Bool
  var flags: JSONFlags = []
  var depth = 0
  /// Open containers; the tape's own, lent.
  var frames: [JSONFrame] = []
  /// Objects that may have a key twice.
  var suspects: [UInt32] = []

  init(count: Int, depthMax: Int, tokensMax: Int, findsDuplicates: Bool) {
    (self.count, self.depthMax, self.tokensMax) = (count, depthMax, tokensMax)
    self.findsDuplicates = findsDuplicates
  }

  mutating func scanDocument(_ bytes: Span<UInt8>, _ tokens: inout OutputSpan<JSONToken>) throws(JSONError) {
    var cursor = JSONCursor(count: count)
    cursor.skipBlanks(bytes)
    guard !cursor.isAtEnd else { throw JSONError(reason: .empty, offset: bytes.count) }

    var open = 0  // containers that are open; frames[0..<open] minus the current one, which is `frame`
    var frame = JSONFrame()
    values: while true {
      guard tokens.count + 2 <= tokensMax else { throw cursor.error(.tooManyTokens) }
      let byte = try cursor.peek(bytes)
      switch byte {
      case UInt8(ascii: "\""):
        try appendString(&cursor, bytes, &tokens)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open < depthMax else { throw cursor.error(.tooDeep) }
        frames[open] = frame
        open += 1
        depth = max(depth, open)
        let isObject = byte == UInt8(ascii: "{")
        frame = JSONFrame(container: UInt32(tokens.count), isObject: isObject)
        append(isObject ? .object : .array, [], cursor.offset, 0, &tokens)
        cursor.advance()
        cursor.skipBlanks(bytes)
        if try cursor.peek(bytes) == byte &+ 2 {  // `}` and `]` stand two after their partners in ASCII
          break
        }
        if isObject { try appendKey(&cursor, &frame, bytes, &tokens) }
        continue values
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let start = cursor.offset
        let flags = try cursor.number(bytes)
        self.flags.formUnion(flags)
        append(.number, flags, start, cursor.offset, &tokens)
      case UInt8(ascii: "t"):
        try appendLiteral(.true, "true", &cursor, bytes, &tokens)
      case UInt8(ascii: "f"):
        try appendLiteral(.false, "false", &cursor, bytes, &tokens)
      case UInt8(ascii: "n"):
        try appendLiteral(.null, "null", &cursor, bytes, &tokens)
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
          if frame.isObject { try appendKey(&cursor, &frame, bytes, &tokens) }
          continue values
        }
        guard byte == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw cursor.error(.unexpectedByte)
        }
        cursor.advance()
        let container = Int(frame.container)
        tokens[container].end = UInt32(cursor.offset)
        tokens[container].next = UInt32(tokens.count)
        if frame.hasSuspectKeys { suspects.append(frame.container) }
        open -= 1
        frame = frames[open]
      }
      break
    }
    cursor.skipBlanks(bytes)
    guard cursor.isAtEnd else { throw cursor.error(.trailingBytes) }
  }

  @inline(__always)
  private mutating func append(
    _ kind: JSONKind, _ flags: JSONFlags, _ start: Int, _ end: Int, _ tokens: inout OutputSpan<JSONToken>
  ) {
    tokens.append(
      JSONToken(
        kind: kind, flags: flags, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
        next: UInt32(truncatingIfNeeded: tokens.count + 1)))
  }

  @inline(__always)
  private mutating func appendString(
    _ cursor: inout JSONCursor, _ bytes: Span<UInt8>, _ tokens: inout OutputSpan<JSONToken>
  ) throws(JSONError) {
    cursor.advance()
    let start = cursor.offset
    let flags = try cursor.string(bytes)
    self.flags.formUnion(flags)
    append(.string, flags, start, cursor.offset, &tokens)
    cursor.advance()
  }

  @inline(__always)
  private mutating func appendKey(
    _ cursor: inout JSONCursor, _ frame: inout JSONFrame, _ bytes: Span<UInt8>, _ tokens: inout OutputSpan<JSONToken>
  ) throws(JSONError) {
    guard try cursor.peek(bytes) == UInt8(ascii: "\"") else { throw cursor.error(.unexpectedByte) }
    let index = tokens.count
    try appendString(&cursor, bytes, &tokens)
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
    _ kind: JSONKind, _ word: StaticString, _ cursor: inout JSONCursor, _ bytes: Span<UInt8>,
    _ tokens: inout OutputSpan<JSONToken>
  ) throws(JSONError) {
    let start = cursor.offset
    for position in 0..<word.utf8CodeUnitCount {
      guard try cursor.peek(bytes) == word.utf8Start[position] else { throw cursor.error(.unexpectedByte) }
      cursor.advance()
    }
    append(kind, [], start, cursor.offset, &tokens)
  }
}
