import Foundation
import Testing

@Suite("The house")
struct HouseTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Files below a directory of the package, by their path from it.
  private static func files(below directory: String, ending: String) throws -> [String] {
    let base = root.appending(path: directory)
    let enumerator = try #require(FileManager.default.enumerator(atPath: base.path))
    return enumerator.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted()
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test("has no import that the table does not allow")
  func imports() throws {
    var checked = 0
    for path in try Self.files(below: "Sources", ending: ".swift") {
      let target = String(path.split(separator: "/")[0])
      let violations = ImportTable.violations(target: target, text: try Self.text("Sources/\(path)"))
      #expect(violations.isEmpty, "\(path) imports \(violations)")
      checked += 1
    }
    #expect(checked > 100)
  }

  @Test(
    "notices a forbidden import",
    arguments: [
      ("AuditParse", "import AuditStore", ["AuditStore"]),
      ("AuditModel", "package import Postgres\nimport Glibc", ["Postgres"]),
      ("JSON", "import struct Foundation.Data", ["Foundation"]),
      ("AuditSource", "@preconcurrency import NIOCore", ["NIOCore"]),
      ("Elsewhere", "", ["the target Elsewhere is not in the table"]), ("AuditParse", "import JSON", []),
    ])
  func noticesForbiddenImport(target: String, text: String, violations: [String]) {
    #expect(ImportTable.violations(target: target, text: text) == violations)
  }

  @Test("keeps SQL in the store and its schemas")
  func sqlOnlyInTheStore() throws {
    let words = ["SELECT ", "INSERT INTO ", "CREATE TABLE", "ALTER TABLE", "DELETE FROM"]
    for path in try Self.files(below: "Sources", ending: ".swift")
    where !path.hasPrefix("AuditStore/") && !path.hasPrefix("Postgres/") && !path.hasPrefix("audittail-bench/")
      && !path.hasPrefix("AuditSample/")
    {
      let code = try Self.text("Sources/\(path)").split(separator: "\n").filter {
        !$0.drop { $0 == " " }.hasPrefix("//")
      }.joined(separator: "\n")
      for word in words { #expect(!code.contains(word), "\(path) speaks SQL: \(word)") }
    }
  }

  @Test("lets nobody but the spool call bytes redacted that were redacted when they were written")
  func restoring() throws {
    for path in try Self.files(below: "Sources", ending: ".swift")
    where !path.hasPrefix("AuditSpool/") && path != "AuditRedact/Redacted+Spool.swift" {
      #expect(try !Self.text("Sources/\(path)").contains("restoringRe"), "\(path) makes Redacted values of any bytes")
    }
    #expect(try Self.text("Sources/AuditSpool/SpoolFrame.swift").contains("restoringRecords"))
  }

  @Test("has only what its layout names at the top")
  func layout() throws {
    let allowed: Set<String> = [
      "Package.swift", "Sources", "Tests", "schemas", "deploy", "README.md", "Makefile", ".ci", ".gitignore",
      ".swift-format",
      ".git", ".build", ".swiftpm", "Package.resolved", "audittail-data",
    ]
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.path).filter { !$0.hasPrefix(".build") }
    #expect(Set(names).subtracting(allowed).isEmpty)
    for file in ["README.md", "Sources/README.md", "Tests/README.md", "deploy/README.md"] {
      #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: file).path), "\(file) is missing")
    }
  }

  @Test("has no unfinished business and no force where an error belongs")
  func words() throws {
    // Put together here, so that this file does not name them.
    let forbidden = ["TO" + "DO", "FIX" + "ME", "X" + "XX:", "try" + "!", "fatal" + "Error("]
    for path in try Self.files(below: "Sources", ending: ".swift") {
      let text = try Self.text("Sources/\(path)")
      for word in forbidden { #expect(!text.contains(word), "\(path) holds \(word)") }
    }
  }

  @Test("compiles in every migration of the schemas, in order")
  func migrations() throws {
    let files = try Self.files(below: "schemas/sql", ending: ".sql")
    #expect(!files.isEmpty)
    let manifest = try Self.text("Package.swift")
    let list = try Self.text("Sources/AuditStore/Migrations.swift")
    for (index, file) in files.enumerated() {
      let number = String(10_001 + index).dropFirst()
      #expect(file.hasPrefix("m\(number)_"), "\(file) is out of order")
      #expect(manifest.contains("\"SQL/\(file)\""), "\(file) is not compiled in")
      #expect(list.contains("version: \(index + 1),"), "\(file) is not in the list")
    }
  }
}
