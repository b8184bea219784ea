import AuditModel
import JSON

/// A record in the middleware's words while a dialect writes it: the columns, and what no column takes.
///
/// The redactor and the rows then work on it as on any line, so a dialect is nothing but this translation.
struct Canonical: Sendable {
  /// A column's key. Each may be written once.
  enum Column: String, Sendable {
    case time = "timestamp"
    case tool, server, user, client, status, error, level, event, args
    case session = "sessionId"
    case request = "requestId"
    case trace = "traceId"
    case address = "clientIp"
    case duration = "durationMs"
    case resultBytes = "resultSizeBytes"
  }

  let dialect: Dialect
  var marks: RecordMarks = []
  var assumesUTC = false
  var needsNoTime = false
  private(set) var columns: [UInt8] = []
  private(set) var rest: [UInt8] = []

  init(_ dialect: Dialect) { self.dialect = dialect }

  var byteCount: Int { columns.count + rest.count }

  // MARK: Columns

  mutating func put(_ column: Column, json: ArraySlice<UInt8>) {
    Self.key(column.rawValue, &columns)
    columns.append(contentsOf: json)
  }

  mutating func put(_ column: Column, text: [UInt8]?) {
    guard let text else { return }
    Self.key(column.rawValue, &columns)
    Self.string(text, &columns)
  }

  mutating func put(_ column: Column, _ text: String) { put(column, text: Array(text.utf8)) }

  /// A value of a document as it is spelled; nothing where there is none.
  mutating func put(_ column: Column, _ value: Int?, of document: borrowing JSONDocument) {
    guard let value else { return }
    put(column, json: document.json(value))
  }

  /// Milliseconds, exact to the nanosecond.
  mutating func put(duration nanoseconds: Int64) {
    guard nanoseconds >= 0 else { return }
    var digits = "\(nanoseconds % 1_000_000)"
    digits = String(repeating: "0", count: 6 - digits.utf8.count) + digits
    put(.duration, json: Array("\(nanoseconds / 1_000_000).\(digits)".utf8)[...])
  }

  // MARK: The rest

  mutating func keep(_ name: String, json: ArraySlice<UInt8>) {
    Self.key(name, &rest)
    rest.append(contentsOf: json)
  }

  mutating func keep(_ name: String, _ text: String) {
    Self.key(name, &rest)
    Self.string(Array(text.utf8), &rest)
  }

  mutating func keep(_ name: String, _ value: Int?, of document: borrowing JSONDocument) {
    guard let value else { return }
    keep(name, json: document.json(value))
  }

  mutating func keep(_ name: String, number: Int) { keep(name, json: Array("\(number)".utf8)[...]) }

  /// A member as it stands, key and all.
  mutating func keepMember(_ key: Int, of document: borrowing JSONDocument) {
    if !rest.isEmpty { rest.append(UInt8(ascii: ",")) }
    rest.append(contentsOf: document.json(key))
    rest.append(UInt8(ascii: ":"))
    rest.append(contentsOf: document.json(key + 1))
  }

  /// A member under its key as it stands, with another value.
  mutating func keep(member key: Int, json: ArraySlice<UInt8>, of document: borrowing JSONDocument) {
    if !rest.isEmpty { rest.append(UInt8(ascii: ",")) }
    rest.append(contentsOf: document.json(key))
    rest.append(UInt8(ascii: ":"))
    rest.append(contentsOf: json)
  }

  /// The members of an object that no column took, as they stand.
  mutating func keepMembers(of object: Int, in document: borrowing JSONDocument, except taken: [StaticString] = []) {
    document.forEachMember(of: object) { key, _ in
      for name in taken where document.isText(key, name) { return }
      keepMember(key, of: document)
    }
  }

  // MARK: The line

  /// Appends the line.
  /// - Returns: where the columns end in it.
  func write(into out: inout [UInt8]) -> Int {
    let start = out.count
    out.append(UInt8(ascii: "{"))
    out.append(contentsOf: columns)
    let end = out.count - start
    if !columns.isEmpty, !rest.isEmpty { out.append(UInt8(ascii: ",")) }
    out.append(contentsOf: rest)
    out.append(UInt8(ascii: "}"))
    return end
  }

  private static func key(_ name: String, _ out: inout [UInt8]) {
    if !out.isEmpty { out.append(UInt8(ascii: ",")) }
    writeString(Array(name.utf8).span, into: &out)
    out.append(UInt8(ascii: ":"))
  }

  /// A text of whoever wrote the line: what is no UTF-8 becomes U+FFFD.
  private static func string(_ text: [UInt8], _ out: inout [UInt8]) {
    writeString(Array(String(decoding: text, as: UTF8.self).utf8).span, into: &out)
  }
}
