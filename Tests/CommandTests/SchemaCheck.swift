import Foundation
import Testing

/// As much of JSON Schema (draft 2020-12) as `schemas/record.v1.json` uses. A keyword that it does not know is a fault, so that the
/// schema cannot say what nobody checks.
struct SchemaCheck {
  private let root: [String: Any]

  init(_ file: URL) throws {
    root = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  /// What is wrong with a value; empty where it fits.
  func faults(_ value: Any) -> [String] { faults(value, root, "") }

  private func faults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    for (keyword, rule) in schema { found += faults(value, keyword, rule, schema, path) }
    return found
  }

  private func faults(_ value: Any, _ keyword: String, _ rule: Any, _ schema: [String: Any], _ path: String) -> [String]
  {
    let object = value as? [String: Any]
    let array = value as? [Any]
    switch keyword {
    case "$schema", "$id", "$defs", "title", "description": return []
    case "$ref":
      let name = String(describing: rule).replacing("#/$defs/", with: "")
      guard let definition = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
        return ["\(path): no \(name)"]
      }
      return faults(value, definition, path)
    case "type":
      let types = rule as? [String] ?? [rule as? String ?? ""]
      return types.contains { Self.isType(value, $0) } ? [] : ["\(path): is no \(types.joined(separator: " or "))"]
    case "required":
      return (rule as? [String] ?? []).filter { object?[$0] == nil }.map { "\(path): has no \($0)" }
    case "properties":
      let properties = rule as? [String: Any] ?? [:]
      return (object ?? [:]).flatMap { name, member in
        (properties[name] as? [String: Any]).map { faults(member, $0, "\(path)/\(name)") } ?? []
      }
    case "additionalProperties":
      let known = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
      let others = (object ?? [:]).filter { !known.contains($0.key) }
      if let each = rule as? [String: Any] {
        return others.flatMap { name, member in faults(member, each, "\(path)/\(name)") }
      }
      return others.keys.map { "\(path): has \($0)" }
    case "items":
      let items = rule as? [String: Any] ?? [:]
      return (array ?? []).enumerated().flatMap { faults($1, items, "\(path)/\($0)") }
    case "enum":
      return (rule as? [String] ?? []).contains(value as? String ?? "") ? [] : ["\(path): is \(value)"]
    case "pattern":
      guard let text = value as? String else { return [] }
      return text.range(of: rule as? String ?? "", options: .regularExpression) == nil ? ["\(path): is \(text)"] : []
    case "minimum":
      guard let number = (value as? NSNumber)?.doubleValue, let least = (rule as? NSNumber)?.doubleValue else {
        return []
      }
      return number < least ? ["\(path): is \(number)"] : []
    case "minItems": return array.map { $0.isEmpty ? ["\(path): is empty"] : [] } ?? []
    case "minProperties": return object.map { $0.isEmpty ? ["\(path): is empty"] : [] } ?? []
    case "uniqueItems":
      let texts = (array ?? []).map { String(describing: $0) }
      return Set(texts).count == texts.count ? [] : ["\(path): has one twice"]
    default: return ["\(path): the schema says \(keyword), which nobody checks"]
    }
  }

  private static func isType(_ value: Any, _ type: String) -> Bool {
    let number = value as? NSNumber
    let isBool = number.map { CFBooleanLike.isBool($0) } ?? false
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "boolean": return isBool
    case "number": return number != nil && !isBool
    case "integer": return number.map { !isBool && $0.doubleValue == $0.doubleValue.rounded() } ?? false
    default: return false
    }
  }
}

/// Foundation has numbers and booleans in one class.
private enum CFBooleanLike {
  static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
