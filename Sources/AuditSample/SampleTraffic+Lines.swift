import AuditModel

extension SampleTraffic {
  /// What "too old" and "too far ahead" are: no retention and no skew in use is as long.
  private static let outOfTime = Duration.seconds(4000 * 86_400)

  /// Writes the call in its dialect.
  mutating func write(_ call: SampleCall, _ kind: SampleLine.Kind, at time: RecordTime, to out: inout [UInt8]) {
    let written: RecordTime? =
      switch kind {
      case .noTimestamp: nil
      case .tooOld: time.advanced(by: .zero - Self.outOfTime)
      case .tooFarAhead: time.advanced(by: Self.outOfTime)
      case .record, .poison, .noise, .cut: time
      }
    // Servers print in one of the two main dialects.
    if call.dialect == .structured {
      writeStructured(call, kind, at: written, to: &out)
    } else {
      writeMiddleware(call, kind, at: written, to: &out)
    }
  }

  private mutating func writeMiddleware(
    _ call: SampleCall, _ kind: SampleLine.Kind, at time: RecordTime?, to out: inout [UInt8]
  ) {
    if let time {
      out.put(#"{"timestamp":""#)
      clock.put(time, .milliseconds, to: &out)
      out.put(#"","tool":""#)
    } else {
      out.put(#"{"tool":""#)
    }
    out.put(SampleTool.all[call.tool].name)
    out.put(#"","userId":"usr_"#)
    out.put(hex: UInt64(userNumbers[call.user]), digits: 8)
    out.put(#"","sessionId":"sess_"#)
    out.put(hex: call.session, digits: 16)
    out.put(#"","args":"#)
    writeArguments(call, kind, to: &out)
    out.put(call.failure == nil ? #","status":"success","durationMs":"# : #","status":"error","durationMs":"#)
    out.put(call.milliseconds)
    if let failure = call.failure {
      out.put(#","error":""#)
      if call.secret == .error { writeSecretError(to: &out) } else { out.put(SampleWords.failures[failure]) }
      out.put(#"""#)
    }
    out.put("}")
  }

  private mutating func writeStructured(
    _ call: SampleCall, _ kind: SampleLine.Kind, at time: RecordTime?, to out: inout [UInt8]
  ) {
    out.put("{")
    if let time {
      out.put(#""timestamp":""#)
      clock.put(time, .microseconds, to: &out)
      out.put(#"","#)
    }
    out.put(call.failure == nil ? #""level":"info""# : #""level":"error""#)
    out.put(#","event":"tool_call","tool":""#)
    out.put(SampleTool.all[call.tool].name)
    out.put(#"","client_id":""#)
    out.put(SampleWords.clients[call.user % SampleWords.clients.count])
    out.put("-")
    out.put(call.user)
    out.put(#"","arguments":"#)
    writeArguments(call, kind, to: &out)
    out.put(#","duration_ms":"#)
    out.put(call.milliseconds)
    out.put(
      call.failure == nil ? #","status":"success","result_size_bytes":"# : #","status":"error","result_size_bytes":"#)
    out.put(call.failure == nil ? random.next(below: 40_000) : 0)
    out.put("}")
  }

  /// What else a server prints.
  mutating func writeNoise(hasSecret: Bool, to out: inout [UInt8]) {
    switch random.next(below: 4) {
    case 0: out.put("Server listening on http://0.0.0.0:3000 ")
    case 1: out.put("[warn] slow upstream, retrying (attempt 2) ")
    case 2: out.put("    at async dispatch (file:///app/dist/server.js:214:17) ")
    default: out.put("INFO:     127.0.0.1 - \"POST /mcp HTTP/1.1\" 200 OK ")
    }
    writeID(to: &out)
    if hasSecret {
      out.put(" password=")
      out.append(contentsOf: marker)
      out.put(hex: random.next(), digits: 8)
    }
  }

  func writeID(to out: inout [UInt8]) {
    out.append(contentsOf: idPrefix)
    out.put("-")
    out.put(count)
  }

  /// Takes the end off a line: at least its last byte, at most everything behind the id.
  mutating func cutLine(from start: Int, _ out: inout [UInt8]) {
    out.removeLast(1 + random.next(below: out.count - firstCut(start, out)))
  }

  /// One past the quote that ends the id.
  private func firstCut(_ start: Int, _ out: [UInt8]) -> Int {
    var at = start
    let key = Array(#""requestId":""#.utf8)
    while at + key.count < out.count, !out[at...].starts(with: key) { at += 1 }
    return (out[(at + key.count)...].firstIndex(of: UInt8(ascii: "\"")) ?? out.count - 2) + 1
  }
}
