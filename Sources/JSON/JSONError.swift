/// Why bytes are no JSON document, and where. Safe to print: it holds no byte of the input.
package struct JSONError: Error, Equatable, Sendable {
  package enum Reason: String, Sendable {
    /// Nothing but blanks.
    case empty
    /// The input ended inside a value; a longer input may be valid.
    case truncated
    /// A byte that cannot stand here.
    case unexpectedByte
    /// A string that is not UTF-8 as in Unicode 16, table 3-7.
    case invalidUTF8
    /// A raw byte below 0x20 in a string.
    case controlCharacter
    /// A backslash followed by something RFC 8259 does not name.
    case badEscape
    /// A number against RFC 8259, such as `01` or `1.`.
    case badNumber
    /// More nested containers than `JSONTape.depthMax`.
    case tooDeep
    /// Something after the document.
    case trailingBytes
    /// More values than `JSONTape.tokensMax`, or more bytes than a `UInt32` counts.
    case tooManyTokens
  }

  package var reason: Reason
  /// Byte offset in the scanned input.
  package var offset: Int

  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
