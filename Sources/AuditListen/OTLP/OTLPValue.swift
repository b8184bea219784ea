import JSON

/// OpenTelemetry's values in OTLP/JSON: `{"stringValue":…}`, 64-bit integers as strings, bytes in base64. The depth is bounded by the
/// decoders, which refuse more than 100 levels.
enum OTLPValue {
  /// `[{"key":…,"value":{…}}]`
  static func list(_ attributes: [OTLPKeyValue]) -> [UInt8] {
    array(attributes) { attribute, out in
      var pair = JSONObjectText()
      pair.string("key", attribute.key)
      var value: [UInt8] = []
      write(attribute.value, into: &value)
      pair.raw("value", value)
      out += pair.finished()
    }
  }

  static func write(_ value: OTLPAnyValue, into out: inout [UInt8]) {
    var text = JSONObjectText()
    switch value.value {
    case .stringValue(let content): text.string("stringValue", content)
    case .boolValue(let truth): text.raw("boolValue", Array((truth ? "true" : "false").utf8))
    case .intValue(let number): text.string("intValue", "\(number)")
    case .doubleValue(let number): text.raw("doubleValue", jsonNumber(number))
    case .arrayValue(let content):
      text.raw(
        "arrayValue", Array("{\"values\":".utf8) + array(content.values) { write($0, into: &$1) } + Array("}".utf8))
    case .kvlistValue(let content):
      text.raw("kvlistValue", Array("{\"values\":".utf8) + list(content.values) + Array("}".utf8))
    case .bytesValue(let bytes): text.string("bytesValue", String(decoding: base64(bytes), as: UTF8.self))
    case nil: break
    }
    out += text.finished()
  }

  private static func array<Element>(
    _ elements: [Element], _ write: (Element, inout [UInt8]) -> Void
  ) -> [UInt8] {
    var out = [UInt8(ascii: "[")]
    for (index, element) in elements.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      write(element, &out)
    }
    out.append(UInt8(ascii: "]"))
    return out
  }
}
