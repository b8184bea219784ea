import AuditConfig
import AuditModel
import AuditRedact
import Foundation
import Testing

@testable import audittail

/// `audittail normalize` without a process around it.
enum Normalizing {
  static func lines(
    _ input: [UInt8], chunk: Int = .max, configuration: Configuration? = nil, from framing: InputFraming = .auto
  ) throws -> [[String: Any]] {
    try text(input, chunk: chunk, configuration: configuration, from: framing).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  static func lines(_ input: String, configuration: Configuration? = nil) throws -> [[String: Any]] {
    try lines(Array(input.utf8), configuration: configuration)
  }

  static func text(
    _ input: [UInt8], chunk: Int = .max, configuration: Configuration? = nil, from framing: InputFraming = .auto
  ) throws -> String {
    let configuration = try configuration ?? Self.configuration()
    var filter = NormalizeFilter(tenant: .unnamed, configuration: configuration, policy: policy, from: framing)
    var output: [UInt8] = []
    var at = 0
    while at < input.count {
      let end = chunk > input.count - at ? input.count : at + chunk
      try filter.take(Array(input[at..<end]), isAtEnd: false)
      output += filter.takeOutput()
      at = end
    }
    try filter.take([], isAtEnd: true)
    output += filter.takeOutput()
    return String(decoding: output, as: UTF8.self)
  }

  static func configuration() throws -> Configuration { try ConfigurationLoader(environment: [:]).load(file: nil) }
  static let policy = RedactionPolicy()

  static func reason(_ line: [String: Any]) -> String? { (line["rejected"] as? [String: Any])?["reason"] as? String }

  static let schemas = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "schemas")
}
