/// Appends UTF-8 as the inside of a JSON string (no quotes): quote, backslash and what is below 0x20 escaped, the
/// rest as it is. The result is valid JSON exactly when the input is valid UTF-8.
package func writeEscaped(_ utf8: Span<UInt8>, into out: inout [UInt8]) {
  var copied = 0
  var index = 0
  let raw = utf8.bytes
  while index < utf8.count {
    if index &+ 8 <= utf8.count {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      if JSONCursor.stopMask(word & 0x7F7F_7F7F_7F7F_7F7F) == 0 {
        index &+= 8
        continue
      }
    }
    let byte = utf8[index]
    if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      appendBytes(utf8.extracting(copied..<index), to: &out)
      appendEscaped(byte, to: &out)
      copied = index + 1
    }
    index &+= 1
  }
  appendBytes(utf8.extracting(copied..<utf8.count), to: &out)
}

/// Appends UTF-8 as a JSON string with its quotes.
package func writeString(_ utf8: Span<UInt8>, into out: inout [UInt8]) {
  out.append(UInt8(ascii: "\""))
  writeEscaped(utf8, into: &out)
  out.append(UInt8(ascii: "\""))
}

private func appendEscaped(_ byte: UInt8, to out: inout [UInt8]) {
  let short: UInt8
  switch byte {
  case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
  case 0x08: short = UInt8(ascii: "b")
  case 0x09: short = UInt8(ascii: "t")
  case 0x0A: short = UInt8(ascii: "n")
  case 0x0C: short = UInt8(ascii: "f")
  case 0x0D: short = UInt8(ascii: "r")
  default:
    appendEscape(UInt16(byte), to: &out)
    return
  }
  out.append(UInt8(ascii: "\\"))
  out.append(short)
}
