/// What a token is.
@frozen package enum JSONKind: UInt8, Sendable {
  case object, array, string, number, `true`, `false`, null
}

/// What the scanner noticed about one token. A reader that sees none of these may take the plain way.
@frozen package struct JSONFlags: OptionSet, Sendable, Equatable {
  package let rawValue: UInt8
  @inlinable @inline(__always) package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Whether any of the other flags is set. `contains` is generic and, across modules, not inlined.
  @inlinable @inline(__always) package func has(_ other: JSONFlags) -> Bool { rawValue & other.rawValue != 0 }

  /// A string with at least one backslash.
  @inlinable @inline(__always) package static var hasEscapes: JSONFlags { JSONFlags(rawValue: 1) }
  /// A string with at least one byte above 0x7F. The bytes are valid UTF-8.
  @inlinable @inline(__always) package static var nonASCII: JSONFlags { JSONFlags(rawValue: 2) }
  /// A string with the escape for U+0000, which PostgreSQL's jsonb and text refuse (SQLSTATE 22P05).
  @inlinable @inline(__always) package static var hasNUL: JSONFlags { JSONFlags(rawValue: 4) }
  /// A string with half of a surrogate pair as an escape, which jsonb refuses (SQLSTATE 22P02).
  @inlinable @inline(__always) package static var hasLoneSurrogate: JSONFlags { JSONFlags(rawValue: 8) }
  /// A number that PostgreSQL's numeric cannot hold (SQLSTATE 22003).
  @inlinable @inline(__always) package static var hugeNumber: JSONFlags { JSONFlags(rawValue: 16) }
  /// A key that, decoded, stood in the same object before.
  @inlinable @inline(__always) package static var duplicateKey: JSONFlags { JSONFlags(rawValue: 32) }
}

/// One value or key, as offsets into the scanned bytes. 16 bytes.
///
/// - strings: `start` is the first byte after the opening quote, `end` the closing quote;
/// - numbers and literals: exactly their bytes;
/// - containers: `start` is the opening bracket, `end` one past the closing one.
@frozen package struct JSONToken: Sendable {
  package var kind: JSONKind
  package var flags: JSONFlags
  package var start: UInt32
  package var end: UInt32
  /// Index of the token that follows this value, children skipped.
  package var next: UInt32

  @inlinable package init(kind: JSONKind, flags: JSONFlags, start: UInt32, end: UInt32, next: UInt32) {
    self.kind = kind
    self.flags = flags
    self.start = start
    self.end = end
    self.next = next
  }

  /// The token's bytes as offsets; without the quotes for a string.
  @inlinable @inline(__always) package var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }

  /// The token's bytes as offsets, with the quotes for a string.
  @inlinable package var outerRange: Range<Int> {
    kind == .string ? Int(start) - 1..<Int(end) + 1 : Int(start)..<Int(end)
  }
}
