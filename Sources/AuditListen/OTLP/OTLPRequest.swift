import AuditModel
import JSON
import SwiftProtobuf

/// An export of logs, decoded from either encoding.
package struct OTLPRequest {
  /// Why it cannot be read: a sentence, which holds nothing of it.
  package struct Problem: Error, Equatable {
    package let sentence: String
    package init(sentence: String) { self.sentence = sentence }
  }

  private let message: OTLPExportLogsServiceRequest

  package init(protobuf bytes: [UInt8]) throws(Problem) {
    do {
      message = try OTLPExportLogsServiceRequest(serializedBytes: bytes)
    } catch {
      throw Problem(sentence: "The body is no ExportLogsServiceRequest in protobuf.")
    }
    try check { id, count in id.isEmpty || id.count == count }
  }

  /// OTLP/JSON: protobuf's JSON, but trace and span ids are hex where protobuf would have base64. The decoder reads the hex digits as
  /// base64, which loses nothing: encoded again they are the digits, and then they are decoded as what they are.
  package init(json bytes: [UInt8]) throws(Problem) {
    try Self.checkShape(bytes)
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true
    var message: OTLPExportLogsServiceRequest
    do {
      message = try OTLPExportLogsServiceRequest(jsonUTF8Bytes: bytes, options: options)
    } catch {
      throw Problem(sentence: "The body is no ExportLogsServiceRequest in JSON.")
    }
    for resource in message.resourceLogs.indices {
      for scope in message.resourceLogs[resource].scopeLogs.indices {
        for record in message.resourceLogs[resource].scopeLogs[scope].logRecords.indices {
          try Self.unhex(&message.resourceLogs[resource].scopeLogs[scope].logRecords[record])
        }
      }
    }
    self.message = message
    try check { id, count in id.isEmpty || id.count == count }
  }

  package var lines: LineBatch {
    var lines = LineBatch()
    for resource in message.resourceLogs {
      for scope in resource.scopeLogs {
        let origin = OTLPLine.Origin(resource.resource, scope.scope)
        for record in scope.logRecords {
          let line = OTLPLine(record, origin)
          lines.append(line.bytes, time: line.time)
        }
      }
    }
    return lines
  }

  private func check(_ isRight: (_ id: [UInt8], _ count: Int) -> Bool) throws(Problem) {
    for resource in message.resourceLogs {
      for scope in resource.scopeLogs {
        for record in scope.logRecords {
          guard isRight(Array(record.traceID), 16), isRight(Array(record.spanID), 8) else {
            throw Problem(sentence: "A trace id has 16 bytes and a span id has 8.")
          }
        }
      }
    }
  }

  private static func unhex(_ record: inout OTLPLogRecord) throws(Problem) {
    record.traceID = .init(try unhex(Array(record.traceID)))
    record.spanID = .init(try unhex(Array(record.spanID)))
  }

  private static func unhex(_ misread: [UInt8]) throws(Problem) -> [UInt8] {
    let digits = base64(misread)
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else {
        throw Problem(sentence: "Trace and span ids are hex digits in OTLP/JSON.")
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// A request without its lists is empty for protobuf. In JSON it is somebody else's document, and answering 200 would lose it.
  private static func checkShape(_ bytes: [UInt8]) throws(Problem) {
    var tape = JSONTape(depthMax: 128, tokensMax: 1 << 22)
    do throws(JSONError) {
      try tape.scan(bytes.span)
    } catch {
      throw Problem(sentence: "The body is no JSON: \(error.reason.words), at byte \(error.offset).")
    }
    guard let list = Self.list(tape, 0, "resourceLogs", "resource_logs", bytes) else {
      throw Problem(sentence: "The body has no list resourceLogs.")
    }
    var isWhole = true
    tape.forEachElement(of: list) { resource in
      isWhole = isWhole && Self.list(tape, resource, "scopeLogs", "scope_logs", bytes) != nil
    }
    guard isWhole else { throw Problem(sentence: "An element of resourceLogs has no list scopeLogs.") }
  }

  private static func list(
    _ tape: JSONTape, _ object: Int, _ name: StaticString, _ other: StaticString, _ bytes: [UInt8]
  ) -> Int? {
    let found =
      tape.member(of: object, named: name, in: bytes.span) ?? tape.member(of: object, named: other, in: bytes.span)
    guard let found, tape.tokens[found].kind == .array else { return nil }
    return found
  }
}

extension HTTPIntake {
  /// `POST /v1/logs`: OTLP/HTTP, answered in the encoding of the request.
  func logsAnswer(_ request: HTTPRequest) async -> HTTPAnswer {
    do throws(RefusedRequest) {
      let content = try content(of: request)
      let export: OTLPRequest
      do throws(OTLPRequest.Problem) {
        export = try request.isProtobuf ? OTLPRequest(protobuf: content) : OTLPRequest(json: content)
      } catch {
        counters.count { $0.malformed += 1 }
        throw RefusedRequest(.problem(400, error.sentence, as: request.problemForm))
      }
      let lines = export.lines
      if lines.isEmpty { return logsAnswer(request, rejected: 0) }
      return logsAnswer(request, rejected: try await take(lines, of: request, content: content).rejected)
    } catch {
      return error.answer
    }
  }

  private func logsAnswer(_ request: HTTPRequest, rejected: Int) -> HTTPAnswer {
    var response = OTLPExportLogsServiceResponse()
    if rejected > 0 {
      response.partialSuccess.rejectedLogRecords = Int64(rejected)
      response.partialSuccess.errorMessage =
        "\(rejected) log records are no audit records; they are kept as rejected lines."
    }
    let body =
      request.isProtobuf ? try? response.serializedBytes() as [UInt8] : try? response.jsonUTF8Bytes() as [UInt8]
    return HTTPAnswer(
      status: 200, contentType: request.isProtobuf ? "application/x-protobuf" : "application/json", body: body ?? [])
  }
}
