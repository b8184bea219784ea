import AuditConfig
import AuditModel
import AuditRedact
import Foundation
import Testing

@testable import audittail

/// `audittail normalize` without a process around it.
enum Normalizing {
  static func lines(
    _ input: [UInt8], chunk: Int = .max, configuration: Configuration = Configuration()
  ) throws -> [[String: Any]] {
    try text(input, chunk: chunk, configuration: configuration).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  static func lines(_ input: String, configuration: Configuration = Configuration()) throws -> [[String: Any]] {
    try lines(Array(input.utf8), configuration: configuration)
  }

  static func text(
    _ input: [UInt8], chunk: Int = .max, configuration: Configuration = Configuration()
  ) throws -> String {
    var filter = NormalizeFilter(tenant: .unnamed, configuration: configuration, policy: RedactionPolicy())
    var output: [UInt8] = []
    var at = 0
    while at < input.count {
      let end = chunk > input.count - at ? input.count : at + chunk
      output += filter.take(Array(input[at..<end]), isAtEnd: false)
      at = end
    }
    output += filter.take([], isAtEnd: true)
    return String(decoding: output, as: UTF8.self)
  }

  static func reason(_ line: [String: Any]) -> String? { (line["rejected"] as? [String: Any])?["reason"] as? String }

  static let schemas = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "schemas")
}
