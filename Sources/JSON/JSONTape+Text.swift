/// What stands in decoded text for what PostgreSQL's text cannot hold: U+0000 and half of a surrogate pair.
package enum JSONUnrepresentable: Sendable {
  /// The six characters of the escape, such as `\u0000`.
  case spelled
  /// U+FFFD.
  case replaced
}

extension JSONTape {
  /// Appends the decoded contents of a string token as UTF-8. `bytes` is what was scanned.
  package func decodeString(
    _ token: JSONToken, in bytes: Span<UInt8>, unrepresentable: JSONUnrepresentable = .spelled,
    into out: inout [UInt8]
  ) {
    token.decode(in: bytes, unrepresentable: unrepresentable, into: &out)
  }

  /// Whether the key (any string token) at `index`, decoded, is `text`, which must be ASCII.
  @inline(__always)
  package func key(at index: Int, in bytes: Span<UInt8>, equals text: StaticString) -> Bool {
    tokens[index].isText(in: bytes, text)
  }

  /// Whether a string token, decoded, is `text`, which must be ASCII.
  package func string(_ token: JSONToken, in bytes: Span<UInt8>, equals text: StaticString) -> Bool {
    token.isText(in: bytes, text)
  }
}

extension JSONToken {
  /// Appends the decoded contents of a string as UTF-8. `bytes` is what was scanned.
  package func decode(
    in bytes: Span<UInt8>, unrepresentable: JSONUnrepresentable = .spelled, into out: inout [UInt8]
  ) {
    guard flags.has(.hasEscapes) else {
      appendBytes(bytes.extracting(range), to: &out)
      return
    }
    var units = JSONStringUnits(self)
    while let unit = units.next(bytes) {
      if unit == 0 || unit & 0xFFFF_F800 == 0xD800 {
        switch unrepresentable {
        case .spelled: appendEscape(UInt16(unit), to: &out)
        case .replaced: out.append(contentsOf: [0xEF, 0xBF, 0xBD])
        }
      } else {
        appendScalar(unit, to: &out)
      }
    }
  }

  /// Whether a string, decoded, is `text`, which must be ASCII.
  package func isText(in bytes: Span<UInt8>, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    let start = Int(self.start)
    if flags.has(.hasEscapes) {
      var units = JSONStringUnits(self)
      for position in 0..<count where units.next(bytes) != UInt32(text.utf8Start[position]) { return false }
      return units.next(bytes) == nil
    }
    guard Int(end) - start == count else { return false }
    for position in 0..<count where bytes[start + position] != text.utf8Start[position] { return false }
    return true
  }
}

/// Appends a span; one growth, one copy.
package func appendBytes(_ bytes: Span<UInt8>, to out: inout [UInt8]) {
  guard !bytes.isEmpty else { return }
  bytes.withUnsafeBufferPointer { out.append(contentsOf: $0) }
}

/// Appends a Unicode scalar value as UTF-8.
package func appendScalar(_ scalar: UInt32, to out: inout [UInt8]) {
  switch scalar {
  case ..<0x80:
    out.append(UInt8(scalar))
  case ..<0x800:
    out.append(UInt8(0xC0 | scalar >> 6))
    out.append(UInt8(0x80 | scalar & 0x3F))
  case ..<0x10000:
    out.append(UInt8(0xE0 | scalar >> 12))
    out.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    out.append(UInt8(0x80 | scalar & 0x3F))
  default:
    out.append(UInt8(0xF0 | scalar >> 18))
    out.append(UInt8(0x80 | scalar >> 12 & 0x3F))
    out.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    out.append(UInt8(0x80 | scalar & 0x3F))
  }
}

/// Appends the six characters of a `\u` escape.
func appendEscape(_ unit: UInt16, to out: inout [UInt8]) {
  out.append(UInt8(ascii: "\\"))
  out.append(UInt8(ascii: "u"))
  for shift in stride(from: 12, through: 0, by: -4) {
    out.append(hexDigit(UInt8(unit >> shift & 0xF)))
  }
}

private func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
