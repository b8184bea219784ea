import AuditModel
import JSON

/// The operator's own dialects.
extension DialectReader {
  /// - Returns: whether a mapping matches, and its record was written.
  mutating func readMapped(_ object: Int, _ context: Context) -> Bool {
    guard document.isObject(object), let mapping = mappings.first(where: { matches($0, object) }) else { return false }
    var canonical = Canonical(.mapped)
    canonical.assumesUTC = mapping.assumesUTC
    canonical.needsNoTime = !mapping.fields.contains { $0.column == .time }
    var taken: [Int] = []
    for field in mapping.fields {
      switch field.origin {
      case .constant(let text): canonical.put(field.column.canonical, text)
      case .pointer(let pointer):
        guard let value = document.value(at: pointer, in: object), document.kind(value) != .null else { continue }
        taken.append(value)
        put(value, field.column, &canonical)
      }
    }
    canonical.keep("mapping", mapping.name)
    document.forEachMember(of: object) { key, value in
      // What went into a column is not said twice.
      if taken.contains(value) { return }
      if !taken.contains(where: { document.holds($0, within: value) }) {
        return canonical.keepMember(key, of: document)
      }
      var rest: [UInt8] = []
      if document.write(value, without: taken, into: &rest) {
        canonical.keep(member: key, json: rest[...], of: document)
      }
    }
    emit(canonical, context.place)
    return true
  }

  private func put(_ value: Int, _ column: FieldMapping.Column, _ canonical: inout Canonical) {
    switch column {
    case .tool:
      canonical.put(.tool, text: document.text(value))
    case .durationMs, .resultBytes:
      // Numbers in strings are numbers here: the operator said so.
      if document.isString(value), let text = document.text(value), let number = JSONDocument(text),
        number.kind(0) == .number
      {
        canonical.put(column.canonical, json: text[...])
      } else {
        canonical.put(column.canonical, value, of: document)
      }
    case .time, .args, .error, .server, .user, .client, .session, .status, .level, .event, .request, .trace, .address:
      canonical.put(column.canonical, value, of: document)
    }
  }

  private func matches(_ mapping: FieldMapping, _ object: Int) -> Bool {
    for condition in mapping.match {
      guard let value = document.value(at: condition.pointer, in: object), document.kind(value) != .null else {
        return false
      }
      if let wanted = condition.value, document.string(value) ?? "" != wanted { return false }
    }
    return true
  }
}

extension JSONDocument {
  /// Whether a value stands inside of another one, however deep.
  func holds(_ inner: Int, within outer: Int) -> Bool {
    let (inner, outer) = (tape.tokens[inner].outerRange, tape.tokens[outer].outerRange)
    return inner.lowerBound > outer.lowerBound && inner.upperBound <= outer.upperBound
  }

  /// Appends a value without what was taken out of it. In a list the places stay: what was taken is null there.
  /// - Returns: false where nothing is left of an object, and nothing was appended.
  func write(_ value: Int, without taken: [Int], into out: inout [UInt8]) -> Bool {
    guard taken.contains(where: { holds($0, within: value) }) else {
      out.append(contentsOf: json(value))
      return true
    }
    let start = out.count
    if isArray(value) {
      out.append(UInt8(ascii: "["))
      for (index, element) in elements(of: value).enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        if taken.contains(element) || !write(element, without: taken, into: &out) {
          out.append(contentsOf: "null".utf8)
        }
      }
      out.append(UInt8(ascii: "]"))
      return true
    }
    out.append(UInt8(ascii: "{"))
    var isEmpty = true
    forEachMember(of: value) { key, content in
      if taken.contains(content) { return }
      var member: [UInt8] = []
      guard write(content, without: taken, into: &member) else { return }
      if !isEmpty { out.append(UInt8(ascii: ",")) }
      isEmpty = false
      out.append(contentsOf: json(key))
      out.append(UInt8(ascii: ":"))
      out.append(contentsOf: member)
    }
    out.append(UInt8(ascii: "}"))
    if isEmpty { out.removeLast(out.count - start) }
    return !isEmpty
  }

  /// The value that a pointer leads to, from an object on.
  func value(at pointer: JSONPointer, in object: Int) -> Int? {
    var value = object
    for step in pointer.steps {
      switch kind(value) {
      case .object:
        var found: Int?
        let name = Array(step.utf8)
        forEachMember(of: value) { key, content in
          if text(key) ?? [] == name { found = content }
        }
        guard let found else { return nil }
        value = found
      case .array:
        let elements = elements(of: value)
        guard let index = Int(step), elements.indices.contains(index) else { return nil }
        value = elements[index]
      case .string, .number, .true, .false, .null: return nil
      }
    }
    return value
  }
}

extension FieldMapping.Column {
  /// The same column in a canonical line.
  var canonical: Canonical.Column {
    switch self {
    case .time: .time
    case .tool: .tool
    case .server: .server
    case .user: .user
    case .client: .client
    case .session: .session
    case .status: .status
    case .error: .error
    case .level: .level
    case .event: .event
    case .request: .request
    case .trace: .trace
    case .address: .address
    case .args: .args
    case .durationMs: .duration
    case .resultBytes: .resultBytes
    }
  }
}
