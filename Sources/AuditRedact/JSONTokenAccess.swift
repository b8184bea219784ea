import JSON

/// The token's fields as the walk reads them. JSON has the like, but only what is compiled in this module is sure to
/// be inlined here: across modules each of these was a call, or a witness of `Equatable`, several for every token.
extension JSONToken {
  @inline(always) var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }
  /// See `JSONFlags.hasEscapes`.
  @inline(always) var hasEscapes: Bool { flags.rawValue & 1 != 0 }
  /// See `JSONFlags.hugeNumber`.
  @inline(always) var isHuge: Bool { flags.rawValue & 16 != 0 }
}

extension JSONKind {
  /// The byte that it is; `rawValue` is a call.
  @inline(always) private var byte: UInt8 { unsafeBitCast(self, to: UInt8.self) }
  @inline(always) static func == (left: JSONKind, right: JSONKind) -> Bool { left.byte == right.byte }
  @inline(always) static func != (left: JSONKind, right: JSONKind) -> Bool { left.byte != right.byte }
}

/// A document's tokens as the walk takes them: two words, where the tape itself is a dozen.
extension Span where Element == JSONToken {
  /// Index one past the last descendant of the value at `index`.
  @inline(always) func end(of index: Int) -> Int { Int(self[index].next) }
}
