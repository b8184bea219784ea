import JSON

/// OpenTelemetry's values as JSON. Depth is bounded by the decoders, which refuse more than 100 levels.
enum OTLPValue {
  /// Of several attributes with one key the last one stays, as everywhere.
  static func object(_ attributes: [OTLPKeyValue]) -> [UInt8] {
    var text = JSONObjectText()
    for attribute in attributes {
      var value: [UInt8] = []
      write(attribute.value, into: &value)
      text.raw(attribute.key, value)
    }
    return text.finished()
  }

  static func write(_ value: OTLPAnyValue, into out: inout [UInt8]) {
    switch value.value {
    case .stringValue(let text):
      writeString(Array(text.utf8).span, into: &out)
    case .boolValue(let truth):
      out += Array((truth ? "true" : "false").utf8)
    case .intValue(let number):
      out += Array("\(number)".utf8)
    case .doubleValue(let number):
      out += jsonNumber(number)
    case .arrayValue(let array):
      out.append(UInt8(ascii: "["))
      for (index, element) in array.values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        write(element, into: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .kvlistValue(let list):
      out += object(list.values)
    case .bytesValue(let bytes):
      out.append(UInt8(ascii: "\""))
      out += base64(bytes)
      out.append(UInt8(ascii: "\""))
    case nil:
      out += Array("null".utf8)
    }
  }
}
