/// RFC 4648, with padding: how bytes that are no text stand in JSON.
func base64(_ bytes: some Collection<UInt8>) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  out.reserveCapacity((bytes.count + 2) / 3 * 4)
  var word: UInt32 = 0
  var held = 0
  for byte in bytes {
    word = word << 8 | UInt32(byte)
    held += 1
    if held == 3 {
      for shift in [18, 12, 6, 0] { out.append(alphabet[Int(word >> UInt32(shift) & 63)]) }
      (word, held) = (0, 0)
    }
  }
  if held == 1 {
    out += [alphabet[Int(word >> 2 & 63)], alphabet[Int(word << 4 & 63)], UInt8(ascii: "="), UInt8(ascii: "=")]
  } else if held == 2 {
    out += [
      alphabet[Int(word >> 10 & 63)], alphabet[Int(word >> 4 & 63)], alphabet[Int(word << 2 & 63)], UInt8(ascii: "="),
    ]
  }
  return out
}
