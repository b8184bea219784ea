import AuditModel
import JSON

extension HTTPIntake {
  /// `POST /v1/records`: NDJSON, a JSON array, or one JSON object over several lines.
  func recordsAnswer(_ request: HTTPRequest) async -> HTTPAnswer {
    do throws(RefusedRequest) {
      let content = try content(of: request)
      let lines = try Self.lines(content, isJSON: request.contentType == "application/json", limits: limits)
      guard !lines.isEmpty else { throw RefusedRequest(.problem(400, "The body holds no line.")) }
      let taken = try await take(lines, of: request, content: content)
      var text = "{\"lines\":\(lines.lines.count),\"records\":\(taken.records),\"rejected\":\(taken.rejected)"
      if taken.isRepeated { text += ",\"repeated\":true" }
      return HTTPAnswer(status: 200, body: Array((text + "}\n").utf8))
    } catch {
      return error.answer
    }
  }

  static func lines(_ content: [UInt8], isJSON: Bool, limits: ListenLimits) throws(RefusedRequest) -> LineBatch {
    var lines = LineBatch()
    let first = content.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    if first == UInt8(ascii: "[") {
      try elements(content, limits, &lines)
      return lines
    }
    if isJSON, first == UInt8(ascii: "{"), let object = oneObject(content, limits) {
      lines.append(flat: object.span)
      return lines
    }
    var framer = StreamFramer(framing: .ndjson, lineBytesMax: limits.lineBytesMax)
    let never = RecordTime(nanoseconds: 0)
    framer.feed(content.span, now: never, into: &lines)
    framer.finish(isCut: false, now: never, into: &lines)
    return lines
  }

  private static func elements(
    _ content: [UInt8], _ limits: ListenLimits, _ lines: inout LineBatch
  ) throws(RefusedRequest) {
    var tape = JSONTape(tokensMax: 1 << 22)
    do throws(JSONError) {
      try tape.scan(content.span)
    } catch {
      throw RefusedRequest(
        .problem(
          400, "The body begins like a JSON array and is none: \(error.reason.words), at byte \(error.offset)."))
    }
    tape.forEachElement(of: 0) { element in
      let range = tape.tokens[element].outerRange
      let kept = min(range.count, limits.lineBytesMax)
      lines.append(
        flat: content.span.extracting(range.lowerBound..<range.lowerBound + kept), isCut: kept < range.count)
    }
  }

  /// A body that is one object over several lines; nil for objects one a line.
  private static func oneObject(_ content: [UInt8], _ limits: ListenLimits) -> [UInt8]? {
    guard content.count <= limits.lineBytesMax else { return nil }
    var tape = JSONTape()
    do throws(JSONError) { try tape.scan(content.span) } catch { return nil }
    return Array(content[tape.tokens[0].outerRange])
  }
}
