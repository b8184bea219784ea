import AuditModel
import AuditQuery
import Testing

@Suite("A condition on a field")
struct FieldConditionTests {
  @Test(
    "is read with its operator",
    arguments: [
      ("args.path=/etc/passwd", .args, ["path"], .equal, "/etc/passwd"), ("tool!=x", .text(.tool), [], .notEqual, "x"),
      ("args.a.0.b>=10", .args, ["a", "0", "b"], .greaterOrEqual, "10"),
      ("error~time=out", .text(.error), [], .contains, "time=out"),
      ("error!~x", .text(.error), [], .notContains, "x"), ("durationMs<5", .durationMs, [], .less, "5"),
      ("args.dryRun", .args, ["dryRun"], .isPresent, ""), ("args.x=", .args, ["x"], .equal, ""),
    ] as [(String, FieldCondition.Column, [String], FieldCondition.Comparison, String)])
  func reads(
    text: String, column: FieldCondition.Column, path: [String], comparison: FieldCondition.Comparison, value: String
  ) throws {
    let condition = try FieldCondition(text)
    #expect(condition.column == column)
    #expect(condition.path == path)
    #expect(condition.comparison == comparison)
    #expect(condition.value == value)
  }

  @Test(
    "is refused with words that help",
    arguments: [
      ("password=x", "is no field"), ("tool.name=x", "has no fields"), ("args.limit>many", "is no number"),
      ("", "is no field"),
      ("args..x=1", "is no field"), ("durationMs=soon", "is no number"), ("tool; DROP TABLE x=1", "is no field"),
    ])
  func refuses(text: String, words: String) {
    #expect { try FieldCondition(text) } throws: { "\($0)".contains(words) }
  }

  @Test("has a cursor that leads back to the same place")
  func cursors() throws {
    let position = RecordPosition(
      time: RecordTime(nanoseconds: 1_795_132_800_123_456_789), tenant: try #require(TenantID("a.b-c")),
      id: RecordID(collector: 3, sequence: 17, index: 204))
    #expect(RecordPosition(cursor: position.cursor) == position)
    for broken in ["", "1", "1.2-3.t", "x.1-2-3.t", "1.1-2-3.", "1.1-2-3.a b"] {
      #expect(RecordPosition(cursor: broken) == nil, "\(broken)")
    }
  }
}
