import AuditModel
import Foundation
import Testing

@testable import audittail

@Suite("The examples beside the schema")
struct ExampleTests {
  private static let examples = Normalizing.schemas.appending(path: "examples")

  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: examples.appending(path: name)))
  }

  private static let dialects = Dialect.allCases.filter { $0 != .mapped }.map(\.name)

  @Test("become records of their dialect that fit the schema", arguments: dialects)
  func valid(dialect: String) throws {
    let schema = try SchemaCheck(Normalizing.schemas.appending(path: "record.v1.json"))
    let lines = try Normalizing.lines(Self.bytes("\(dialect).valid.log"))
    #expect(!lines.isEmpty)
    for line in lines {
      #expect(line["dialect"] as? String == dialect, "\(line)")
      #expect(schema.faults(line).isEmpty, "\(schema.faults(line)): \(line)")
    }
  }

  @Test("that are none are rejected with a reason that is documented", arguments: dialects)
  func invalid(dialect: String) throws {
    let lines = try Normalizing.lines(Self.bytes("\(dialect).invalid.log"))
    #expect(!lines.isEmpty)
    let reasons = Set(RejectReason.allCases.map(\.rawValue))
    for line in lines { #expect(Normalizing.reason(line).map { reasons.contains($0) } == true, "\(line)") }
  }

  @Test("fit the schema, or do not, as their names say")
  func records() throws {
    let schema = try SchemaCheck(Normalizing.schemas.appending(path: "record.v1.json"))
    for (name, isValid) in [("record.v1.valid.ndjson", true), ("record.v1.invalid.ndjson", false)] {
      for line in String(decoding: try Self.bytes(name), as: UTF8.self).split(separator: "\n") {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
        #expect(schema.faults(value).isEmpty == isValid, "\(name): \(line) \(schema.faults(value))")
      }
    }
  }

  @Test("give the same in pieces of any size", arguments: [1, 2, 3, 7, 64, 1000])
  func pieces(size: Int) throws {
    for dialect in Self.dialects {
      let input = try Self.bytes("\(dialect).valid.log") + Self.bytes("\(dialect).invalid.log")
      #expect(try Normalizing.text(input, chunk: size) == Normalizing.text(input), "\(dialect)")
    }
  }

  @Test("can be stopped after any line and taken up again without losing or doubling one", arguments: dialects)
  func restarts(dialect: String) throws {
    let lines = try Self.bytes("\(dialect).valid.log").split(separator: 10, omittingEmptySubsequences: false).map(
      Array.init)
    let whole = Interrupted.rows(lines, stoppedAfter: [])
    for stop in 0..<lines.count {
      #expect(Interrupted.rows(lines, stoppedAfter: [stop]) == whole, "after line \(stop)")
    }
    #expect(Interrupted.rows(lines, stoppedAfter: Set(0..<lines.count)) == whole)
  }
}
