extension JSONTape {
  /// Reads one document, blanks around it allowed, strictly as RFC 8259.
  ///
  /// One pass, linear in the input, no allocation once `tokens` has grown. Accepted though unusual, and flagged:
  /// lone surrogate escapes, `\u0000`, duplicate keys, numbers of any size. After a throw the tape is empty.
  package mutating func scan(_ bytes: Span<UInt8>) throws(JSONError) {
    clear()
    guard bytes.count < Int(UInt32.max) else { throw JSONError(reason: .tooManyTokens, offset: 0) }
    // Taken out, so that tokens are written without a look at who else holds them. A token has a byte and one behind it,
    // but for containers that are never closed.
    var list: [JSONToken] = []
    swap(&list, &tokens)
    var scanner = JSONScanner(
      count: bytes.count, depthMax: depthMax, tokensMax: tokensMax, findsDuplicates: findsDuplicates)
    swap(&scanner.frames, &frames)
    defer { swap(&scanner.frames, &frames) }
    do throws(JSONError) {
      try list.append(addingCapacity: min(bytes.count / 2 + depthMax + 2, tokensMax)) {
        (out: inout OutputSpan<JSONToken>) throws(JSONError) in try scanner.scanDocument(bytes, &out)
      }
    } catch {
      swap(&list, &tokens)
      clear()
      throw error
    }
    swap(&list, &tokens)
    (flags, depth) = (scanner.flags, scanner.depth)
    for container in scanner.suspects { markDuplicates(in: Int(container), bytes) }
  }

  private mutating func clear() {
    tokens.removeAll(keepingCapacity: true)
    flags = []
    depth = 0
  }
}
