import AuditModel
import AuditQuery
import Foundation
import Testing

@Suite("The schema of a record")
struct RecordSchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("names everything that a query prints, and a query prints everything that it requires")
  func names() throws {
    let schema = try Self.object(
      String(contentsOf: Self.root.appending(path: "schemas/record.v1.json"), encoding: .utf8))
    let properties = Set(try #require(schema["properties"] as? [String: Any]).keys)
    let required = Set(try #require(schema["required"] as? [String]))
    var full = StoredRecord(
      position: RecordPosition(
        time: RecordTime(nanoseconds: 1), tenant: .unnamed, id: RecordID(collector: 1, sequence: 1, index: 0)),
      texts: Dictionary(uniqueKeysWithValues: TextColumn.allCases.map { ($0, "x") }), duration: 1, resultBytes: 1,
      args: "{}", extra: "{}", redactions: "[]", marks: ["escaped"], dialect: 1, source: SourceID(1), offset: 0)
    full.place = PodPlace(namespace: "n", pod: "p", container: "c", node: "n1", labels: #"{"a":"b"}"#)
    let printed = Set(try Self.object(RecordFormat.ndjson.line(full)).keys)
    #expect(printed.subtracting(properties).isEmpty, "\(printed.subtracting(properties))")
    #expect(required.isSubset(of: printed))
    #expect(properties == printed, "\(properties.symmetricDifference(printed))")
  }
}
