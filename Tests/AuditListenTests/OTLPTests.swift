import AuditModel
import SwiftProtobuf
import Testing

@testable import AuditListen

@Suite("OpenTelemetry logs", .timeLimit(.minutes(2)))
struct OTLPTests {
  private static func wrapped(_ record: String) -> String {
    "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]},"
      + "\"scopeLogs\":[{\"scope\":{\"name\":\"lib\"},\"logRecords\":[\(record)]}]}]}"
  }

  private static func lines(_ record: String) throws(OTLPRequest.Problem) -> [String] {
    try OTLPRequest(json: Array(wrapped(record).utf8)).lines.texts
  }

  private static func line(_ record: String) -> String {
    "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]},"
      + "\"scopeLogs\":[{\"scope\":{\"name\":\"lib\"},\"logRecords\":[\(record)]}]}]}"
  }

  @Test(
    "become a payload of one record each, in OTLP/JSON",
    arguments: [
      (
        "{\"timeUnixNano\":\"1544712660300000000\",\"severityText\":\"INFO\",\"severityNumber\":9,\"traceId\":"
          + "\"5B8EFFF798038103D269B633813FC60C\",\"spanId\":\"EEE19B7EC3C1B174\",\"body\":{\"stringValue\":\"{}\"},"
          + "\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":10}},{\"key\":\"b\",\"value\":{\"arrayValue\":{\"values\":"
          + "[{\"boolValue\":true},{\"doubleValue\":1.5},{}]}}}]}",
        "{\"timeUnixNano\":\"1544712660300000000\",\"severityNumber\":9,\"severityText\":\"INFO\","
          + "\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\","
          + "\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":\"10\"}},{\"key\":\"b\",\"value\":{\"arrayValue\":{\"values\":"
          + "[{\"boolValue\":true},{\"doubleValue\":1.5},{}]}}}],\"body\":{\"stringValue\":\"{}\"}}"
      ),
      (
        "{\"observed_time_unix_nano\":1544712660300000000,\"eventName\":\"e\",\"unknown\":[1],"
          + "\"body\":{\"kvlist_value\":{\"values\":[{\"key\":\"t\",\"value\":{\"bytesValue\":\"AAEC\"}}]}}}",
        "{\"observedTimeUnixNano\":\"1544712660300000000\",\"eventName\":\"e\","
          + "\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"t\",\"value\":{\"bytesValue\":\"AAEC\"}}]}}}"
      ),
    ])
  func line(record: String, line: String) throws {
    #expect(try Self.lines(record) == [Self.line(line)])
  }

  @Test(
    "are refused as a whole when one of them is wrong",
    arguments: [
      "{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"}", "{\"traceId\":\"5B8EFFF798038103D269B633813FC60\"}",
      "{\"traceId\":\"5B8EFFF798038103D269B633813FC60Z\"}", "{\"spanId\":\"EEE1\"}", "{\"timeUnixNano\":{}}",
      "{\"attributes\":{\"a\":\"b\"}}", "{\"body\":[]}", "1",
    ])
  func refused(record: String) {
    #expect(throws: OTLPRequest.Problem.self) {
      _ = try Self.lines("{\"body\":{\"stringValue\":\"good\"}},\(record)")
    }
  }

  @Test(
    "have to be there",
    arguments: [
      "{}", "[]", "\"x\"", "{\"resourceLogs\":{}}", "{\"resourceLogs\":[{\"scopeLogs\":{}}]}", "{\"resourceLogs\":[1]}",
    ])
  func shape(text: String) {
    #expect(throws: OTLPRequest.Problem.self) {
      _ = try OTLPRequest(json: Array(text.utf8))
    }
  }

  @Test("survive any protobuf at all", arguments: UInt64(1)...200)
  func hostile(seed: UInt64) throws {
    var random = Seeded(seed)
    var bytes: [UInt8] = try Self.export.serializedBytes()
    for _ in 0..<4 {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    if let request = try? OTLPRequest(protobuf: bytes) { _ = request.lines }
  }

  private static var export: OTLPExportLogsServiceRequest {
    var record = OTLPLogRecord()
    record.timeUnixNano = 1_544_712_660_300_000_000
    record.body.stringValue = "{\"tool\":\"x\"}"
    record.traceID = .init(repeating: 1, count: 16)
    var scope = OTLPScopeLogs()
    scope.logRecords = [record, record]
    var resource = OTLPResourceLogs()
    resource.scopeLogs = [scope]
    var export = OTLPExportLogsServiceRequest()
    export.resourceLogs = [resource]
    return export
  }

  @Test("are answered in their own encoding, with what was rejected")
  func answers() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let bytes: [UInt8] = try Self.export.serializedBytes()
      let whole = try await post(
        "/v1/logs", try gzip(bytes), to: listened.port, type: "application/x-protobuf",
        headers: ["Content-Encoding: gzip"])
      #expect(whole.hasPrefix("HTTP/1.1 200 "))
      #expect(whole.contains("Content-Type: application/x-protobuf"))
      #expect(whole.contains("Content-Length: 0\r\n"))
      #expect(await listened.sink.lines.count == 2)
      #expect(await listened.sink.submissions.first?.lines.first?.time?.rfc3339 == "2018-12-13T14:51:00.300Z")
      await listened.sink.reject { _ in true }
      let partial = try await post(
        "/v1/logs", try Self.export.jsonUTF8Bytes(), to: listened.port, type: "application/json")
      // Its ids are base64 here, as protobuf's own JSON has them, and OTLP has not.
      #expect(partial.hasPrefix("HTTP/1.1 400 "))
      #expect(partial.contains("\"code\":3"))
      let json = Self.wrapped("{\"body\":{\"stringValue\":\"x\"}}")
      let answer = try await post("/v1/logs", json, to: listened.port, type: "application/json")
      #expect(answer.contains("\"rejectedLogRecords\":\"1\""))
      await listened.sink.set(.full(.seconds(1)))
      let busy = try await post("/v1/logs", bytes, to: listened.port, type: "application/x-protobuf")
      #expect(busy.hasPrefix("HTTP/1.1 503 "))
      #expect(busy.contains("Retry-After: 1"))
    }
  }
}
