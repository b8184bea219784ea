import JSON

/// Attributes of OpenTelemetry, however they are written: a list of keys with typed values, an object, or members with dotted names.
struct AttributeList: Sendable {
  /// Token indexes; a typed value stands for what is inside of it.
  private(set) var pairs: [(key: Int, value: Int)] = []

  init() {}

  mutating func add(_ attributes: Int?, of document: borrowing JSONDocument) {
    guard let attributes else { return }
    if document.isObject(attributes) { return addMembers(of: attributes, document) }
    for pair in document.elements(of: attributes) {
      guard let key = document.value("key", of: pair), let value = document.value("value", of: pair) else { continue }
      pairs.append((key, Self.content(of: value, document) ?? value))
    }
  }

  mutating func add(key: Int, value: Int) { pairs.append((key, value)) }

  mutating func addMembers(of object: Int, _ document: borrowing JSONDocument) {
    document.forEachMember(of: object) { key, value in pairs.append((key, value)) }
  }

  /// The last one of a name; nil where there is none or it is null.
  func value(_ names: [StaticString], in document: borrowing JSONDocument) -> Int? {
    for name in names {
      for pair in pairs.reversed() where document.isText(pair.key, name) && document.kind(pair.value) != .null {
        return pair.value
      }
    }
    return nil
  }

  func has(prefix: StaticString, in document: borrowing JSONDocument) -> Bool {
    for pair in pairs where document.begins(pair.key, with: prefix) { return true }
    return false
  }

  /// The attributes whose names begin so, as an object under what follows; nil where there are none.
  func json(ofPrefix prefix: StaticString, in document: borrowing JSONDocument) -> [UInt8]? {
    var out: [UInt8] = []
    for pair in pairs where document.begins(pair.key, with: prefix) {
      out.append(out.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
      // A key is a string: its quote, and the prefix, which holds nothing that JSON escapes.
      out.append(UInt8(ascii: "\""))
      out.append(contentsOf: document.json(pair.key).dropFirst(1 + prefix.utf8CodeUnitCount))
      out.append(UInt8(ascii: ":"))
      Self.write(pair.value, document, &out)
    }
    if out.isEmpty { return nil }
    out.append(UInt8(ascii: "}"))
    return out
  }

  // MARK: Typed values

  /// What a typed value holds: the value of its only member, when that has one of the types' names.
  static func content(of value: Int, _ document: borrowing JSONDocument) -> Int? {
    guard document.isObject(value) else { return nil }
    var found: Int?
    document.forEachMember(of: value) { key, content in
      for name in names where document.isText(key, name) { found = content }
    }
    return found
  }

  private static let names: [StaticString] = [
    "stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue", "string_value",
    "bool_value", "int_value", "double_value", "array_value", "kvlist_value", "bytes_value",
  ]

  /// Appends a typed value, or one that is none, as plain JSON.
  static func write(_ value: Int, _ document: borrowing JSONDocument, _ out: inout [UInt8]) {
    guard document.isObject(value) else {
      out.append(contentsOf: document.json(value))
      return
    }
    var isTyped = false
    document.forEachMember(of: value) { key, content in
      guard !isTyped else { return }
      if document.isText(key, "intValue") || document.isText(key, "int_value"), let number = document.integer(content) {
        out.append(contentsOf: "\(number)".utf8)
        isTyped = true
      } else if document.isText(key, "arrayValue") || document.isText(key, "array_value") {
        writeList(document.value("values", of: content), document, &out)
        isTyped = true
      } else if document.isText(key, "kvlistValue") || document.isText(key, "kvlist_value") {
        writeMap(document.value("values", of: content), document, &out)
        isTyped = true
      } else {
        for name in names where document.isText(key, name) {
          out.append(contentsOf: document.json(content))
          isTyped = true
        }
      }
    }
    if isTyped { return }
    var isEmpty = true
    // A plain map, which some exporters write; an empty one stands for no value.
    out.append(UInt8(ascii: "{"))
    document.forEachMember(of: value) { key, content in
      if !isEmpty { out.append(UInt8(ascii: ",")) }
      isEmpty = false
      out.append(contentsOf: document.json(key))
      out.append(UInt8(ascii: ":"))
      write(content, document, &out)
    }
    out.append(UInt8(ascii: "}"))
    if isEmpty {
      out.removeLast(2)
      out.append(contentsOf: "null".utf8)
    }
  }

  private static func writeList(_ values: Int?, _ document: borrowing JSONDocument, _ out: inout [UInt8]) {
    out.append(UInt8(ascii: "["))
    for (index, value) in document.elements(of: values).enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      write(value, document, &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// Appends a list of keys with values as an object.
  static func writeMap(_ pairs: Int?, _ document: borrowing JSONDocument, _ out: inout [UInt8]) {
    guard let pairs else {
      out.append(contentsOf: "{}".utf8)
      return
    }
    if document.isObject(pairs) {
      out.append(contentsOf: document.json(pairs))
      return
    }
    out.append(UInt8(ascii: "{"))
    var isFirst = true
    for pair in document.elements(of: pairs) {
      guard let key = document.value("key", of: pair), document.isString(key) else { continue }
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      out.append(contentsOf: document.json(key))
      out.append(UInt8(ascii: ":"))
      if let value = document.value("value", of: pair) {
        write(value, document, &out)
      } else {
        out.append(contentsOf: "null".utf8)
      }
    }
    out.append(UInt8(ascii: "}"))
  }
}
