/// The name of an organisation as its operators write it: 1 to 128 bytes of letters, digits, `-`, `_` and `.`,
/// beginning with a letter or a digit. Case is kept. How it becomes a schema's name is `schemaName`.
package struct TenantID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package static let bytesMax = 128

  /// Where a record goes when neither its source nor a flag names a tenant.
  package static let unnamed = TenantID(unchecked: "default")
  /// Where the records of a namespace go that maps to no tenant: kept, never in another tenant's schema.
  package static let quarantine = TenantID(unchecked: "quarantine")

  package let name: String

  package init?(_ name: String) {
    let bytes = name.utf8
    guard let first = bytes.first, first.isASCIIAlphanumeric, bytes.count <= Self.bytesMax,
      bytes.allSatisfy({
        $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
      })
    else { return nil }
    self.name = name
  }

  private init(unchecked name: String) { self.name = name }

  package var description: String { name }

  package static func < (left: TenantID, right: TenantID) -> Bool { left.name < right.name }

  /// The PostgreSQL schema of this tenant: `tenant_` and the name where that is short and plain, otherwise a plain
  /// beginning and `__` with 16 hex digits of the name's SHA-256. A plain name that looks like the hashed form is hashed
  /// too, so two tenants can never meet in one schema; PostgreSQL cuts names at 63 bytes, this stays below.
  package var schemaName: String {
    let plain = name.utf8.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
    if plain, name.utf8.count <= 48, !name.contains("__") { return "tenant_\(name)" }
    let beginning = name.utf8.prefix(30).map { byte -> Character in
      let lower = byte.asciiLowercased
      return lower.isASCIILowercase || lower.isASCIIDigit ? Character(UnicodeScalar(lower)) : "_"
    }
    return "tenant_\(String(beginning))__\(Digest(of: Array(name.utf8)).hex.prefix(16))"
  }
}

extension UInt8 {
  package var isASCIIDigit: Bool { self &- 0x30 < 10 }
  package var isASCIILowercase: Bool { self &- 0x61 < 26 }
  package var isASCIIAlphanumeric: Bool { isASCIIDigit || (self | 0x20).isASCIILowercase }
  package var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
