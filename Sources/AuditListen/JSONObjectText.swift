import JSON

/// Writes one JSON object, member by member.
struct JSONObjectText {
  private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
  private var isFirst = true

  init() {}

  /// Goes on with an object that is written already.
  /// - Parameter object: a valid JSON object without blanks behind it.
  init(continuing object: some Collection<UInt8>, isEmpty: Bool) {
    bytes = Array(object)
    bytes.removeLast()
    isFirst = isEmpty
  }

  mutating func key(_ key: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    writeString(Array(key.utf8).span, into: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func string(_ name: String, _ value: String) {
    key(name)
    writeString(Array(value.utf8).span, into: &bytes)
  }

  /// - Parameter value: valid JSON.
  mutating func raw(_ name: String, _ value: [UInt8]) {
    key(name)
    bytes += value
  }

  mutating func finished() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}

/// A JSON number, or null for what JSON has no number for.
func jsonNumber(_ value: Double) -> [UInt8] {
  value.isFinite ? Array("\(value)".utf8) : Array("null".utf8)
}
