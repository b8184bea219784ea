import Foundation

/// Who may import whom: the table of `Sources/README.md` as data. What is not listed is forbidden. Glibc, Synchronization and the
/// other modules of the toolchain are free for all.
enum ImportTable {
  static let allowed: [String: Set<String>] = [
    "JSON": ["CStringScan"],
    "Pattern": [],
    "AuditModel": ["Crypto"],
    "AuditSource": ["AuditModel", "CFileStatus", "CZlib", "JSON"],
    "AuditListen": [
      "AuditModel", "JSON", "CZlib", "Crypto", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "NIOTLS",
      "ServiceLifecycle", "SwiftASN1", "SwiftProtobuf", "X509",
    ],
    "AuditKubernetes": ["AuditModel", "JSON", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOSSL", "Logging"],
    "AuditParse": ["AuditModel", "JSON"],
    "AuditRedact": ["AuditModel", "CStringScan", "JSON", "Pattern"],
    "AuditSpool": ["AuditModel", "AuditRedact"],
    "AuditSignal": ["AuditModel", "AuditRedact"],
    "Postgres": ["CLibPQ", "Logging", "Subprocess", "SystemPackage"],
    "AuditQuery": ["AuditModel", "JSON"],
    "AuditAlert": ["AuditModel", "JSON", "Crypto", "Mustache"],
    "AuditDeliver": [
      "AuditAlert", "AuditModel", "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "Subprocess",
      "SystemPackage",
    ],
    "AuditStore": ["AuditAlert", "AuditModel", "AuditRedact", "AuditSignal", "AuditQuery", "Postgres"],
    "AuditConfig": ["AuditAlert", "AuditModel", "Yams"],
    "AuditDetect": ["AuditModel", "AuditSignal", "JSON"],
    "AuditSample": ["AuditModel"],
    "audittail-bench": [
      "AuditModel", "AuditRedact", "AuditSample", "AuditSignal", "AuditStore", "CAllocationCount", "Postgres",
      "ArgumentParser",
    ],
    "audittail": [
      "AuditAlert", "AuditConfig", "AuditDeliver", "AuditDetect", "AuditKubernetes", "AuditListen", "AuditModel",
      "AuditParse", "AuditQuery", "AuditRedact", "AuditSample", "AuditSignal",
      "AuditSource", "AuditSpool", "AuditStore", "JSON", "Pattern",
      "Postgres", "ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals",
    ],
  ]

  /// What comes with the toolchain. Foundation does not belong to the hot path and is not here.
  static let toolchain: Set<String> = [
    "Glibc", "Synchronization", "Swift", "_StringProcessing", "FoundationEssentials",
  ]

  /// The modules that a file's text imports.
  static func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      var words = line.split(separator: " ").map(String.init)
      while let first = words.first,
        ["package", "private", "fileprivate", "internal", "public"].contains(first) || first.hasPrefix("@")
      {
        words.removeFirst()
      }
      guard words.count >= 2, words[0] == "import" else { return nil }
      let name =
        ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"].contains(words[1])
        ? words[2] : words[1]
      return String(name.split(separator: ".")[0])
    }
  }

  /// What a target's file imports against the table.
  static func violations(target: String, text: String) -> [String] {
    guard let allowed = allowed[target] else { return ["the target \(target) is not in the table"] }
    return imports(in: text).filter { !allowed.contains($0) && !toolchain.contains($0) }
  }
}
