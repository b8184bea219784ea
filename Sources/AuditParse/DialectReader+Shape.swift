import AuditModel
import JSON

extension DialectReader {
  /// Reads one value of the line's document: an object, or a list of them.
  /// - Returns: whether it is accounted for.
  mutating func readValue(_ value: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    switch document.kind(value) {
    case .object: readObject(value, context, &open)
    case .array: readList(value, context, &open)
    case .string, .number, .true, .false, .null: false
    }
  }

  /// Chosen by the names of the members, the commonest first.
  private mutating func readObject(_ object: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    if !mappings.isEmpty, readMapped(object, context) { return true }
    let shape = JSONShape(object, document)
    if shape.has(.jsonrpc) { return readMessages(object, context, &open) }
    if shape.has([.kind, .apiVersion]), isKubernetes(object) { return readKubernetes(object, context, &open) }
    if shape.has(.payload) { return readPayload(object, context) }
    if shape.has([.auditID, .outcome]) { return readToolHive(object, context, &open) }
    if shape.has([.mcpMethod, .responseCode]) { return readEnvoy(object, context) }
    if shape.has(.capability) { return readLasso(object, context) }
    if shape.has([.type, .request]), readOpenBao(object, context) { return true }
    if shape.has(.attributes), readAttributes(object, context) { return true }
    if shape.has([.direction, .method]), readSeed(object, context) { return true }
    if shape.has(.message), readPostgresJSON(object, context) { return true }
    return readMessages(object, context, &open)
  }

  /// A list of records, a JSON-RPC batch, or Fluent's `[time, record]`.
  private mutating func readList(_ list: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    let elements = document.elements(of: list)
    guard elements.contains(where: { document.kind($0) == .object }) else { return false }
    var context = context
    if elements.count == 2, let time = document.time(elements[0]), document.kind(elements[0]) == .number,
      document.isObject(elements[1])
    {
      context.place.time = time
      readElement(elements[1], context, &open)
      return true
    }
    for element in elements { readElement(element, context, &open) }
    return true
  }

  private mutating func readElement(_ element: Int, _ context: Context, _ open: inout OpenEvents) {
    if document.isObject(element), readObject(element, context, &open) { return }
    if document.isObject(element) {
      emit(.line, document.json(element), context.place)
    } else {
      reject(element, .notObject, context)
    }
  }
}

/// Which telling names an object has, found in one walk over its members.
struct JSONShape {
  struct Names: OptionSet {
    let rawValue: UInt32
    static let jsonrpc = Names(rawValue: 1)
    static let kind = Names(rawValue: 2)
    static let apiVersion = Names(rawValue: 4)
    static let payload = Names(rawValue: 8)
    static let attributes = Names(rawValue: 16)
    static let auditID = Names(rawValue: 32)
    static let outcome = Names(rawValue: 64)
    static let mcpMethod = Names(rawValue: 128)
    static let responseCode = Names(rawValue: 256)
    static let capability = Names(rawValue: 512)
    static let type = Names(rawValue: 1024)
    static let request = Names(rawValue: 2048)
    static let direction = Names(rawValue: 4096)
    static let method = Names(rawValue: 8192)
    static let message = Names(rawValue: 16384)
  }

  private static let known: [(StaticString, Names)] = [
    ("jsonrpc", .jsonrpc), ("kind", .kind), ("apiVersion", .apiVersion), ("attributes", .attributes),
    ("Attributes", .attributes), ("resourceLogs", .payload), ("resource_logs", .payload), ("resourceSpans", .payload),
    ("resource_spans", .payload), ("audit_id", .auditID), ("outcome", .outcome), ("mcp_method", .mcpMethod),
    ("response_code", .responseCode), ("capability_name", .capability), ("type", .type), ("request", .request),
    ("direction", .direction), ("method", .method), ("message", .message),
  ]

  private var names: Names = []

  init(_ object: Int, _ document: borrowing JSONDocument) {
    var names: Names = []
    document.forEachMember(of: object) { key, _ in
      for (name, bit) in Self.known where document.isText(key, name) {
        names.insert(bit)
        return
      }
      if document.begins(key, with: "mcp.") || document.begins(key, with: "gen_ai.") { names.insert(.attributes) }
    }
    self.names = names
  }

  func has(_ names: Names) -> Bool { self.names.isSuperset(of: names) }
}

extension JSONDocument {
  /// Whether a key begins so.
  func begins(_ key: Int, with text: StaticString) -> Bool {
    let range = tape.tokens[key].range
    guard range.count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[range.lowerBound + index] != text.utf8Start[index] {
      return false
    }
    return true
  }
}
