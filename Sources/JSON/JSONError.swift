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

    /// As a sentence's part: "the body is no JSON: something follows the value".
    package var words: String {
      switch self {
      case .empty: "nothing is there"
      case .truncated: "it ends in the middle"
      case .unexpectedByte: "something stands where it may not"
      case .invalidUTF8: "a string is not UTF-8"
      case .controlCharacter: "a string holds a raw control character"
      case .badEscape: "a string holds an escape that JSON does not have"
      case .badNumber: "a number is not written as JSON writes them"
      case .tooDeep: "it is nested too deep"
      case .trailingBytes: "something follows the value"
      case .tooManyTokens: "it holds too many values"
      }
    }
  }

  package var reason: Reason
  /// Byte offset in the scanned input.
  package var offset: Int

  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
