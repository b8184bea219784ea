import AuditModel
import JSON
import Logging
import NIOCore

/// Answers requests: what is acknowledged is durable.
struct HTTPIntake: Sendable {
  let listener: String
  let sink: any SubmissionSink
  let limits: ListenLimits
  let counters: ListenCounters
  let readiness: Readiness
  let metrics: MetricsText?
  let logger: Logger

  func answer(_ request: HTTPRequest) async -> HTTPAnswer {
    switch request.route {
    case .health: return HTTPAnswer(status: 200, body: Array("{\"status\":\"alive\"}\n".utf8))
    case .ready: return await readyAnswer()
    case .metrics:
      guard let metrics else { return .problem(404, "There are no metrics here.") }
      let text = await metrics(request.accept)
      return HTTPAnswer(status: 200, contentType: text.contentType, body: text.body)
    case .records: return await recordsAnswer(request)
    case .logs: return await logsAnswer(request)
    }
  }

  private func readyAnswer() async -> HTTPAnswer {
    let reasons = await readiness()
    if reasons.isEmpty { return HTTPAnswer(status: 200, body: Array("{\"status\":\"ready\"}\n".utf8)) }
    var body = Array("{\"status\":\"not ready\",\"reasons\":[".utf8)
    for (index, reason) in reasons.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      writeString(Array(reason.utf8).span, into: &body)
    }
    body += Array("]}\n".utf8)
    return HTTPAnswer(status: 503, body: body, retryAfter: 5)
  }

  /// The body as it was before compression.
  func content(of request: HTTPRequest) throws(RefusedRequest) -> [UInt8] {
    var content = try inflated(request)
    // Some clients write UTF-8's byte order mark before everything; it says nothing.
    if !request.isProtobuf, content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
    return content
  }

  private func inflated(_ request: HTTPRequest) throws(RefusedRequest) -> [UInt8] {
    let body = Array(request.body.readableBytesView)
    guard request.isCompressed else { return body }
    // What does not fit into a tenant's share by itself never will, however often it comes.
    let bytesMax = min(limits.inflatedBytesMax, limits.inFlightBytesMax / 100 * limits.tenantSharePercent - body.count)
    do throws(Inflate.Problem) {
      return try Inflate.gunzip(body, bytesMax: bytesMax) { bytes throws(InFlightBytes.Refusal) in
        try request.memory.grow(by: bytes)
      }
    } catch {
      counters.count { $0.malformed += 1 }
      let form = request.problemForm
      switch error {
      case .damaged: throw RefusedRequest(.problem(400, "The body is no gzip data that can be read.", as: form))
      case .truncated: throw RefusedRequest(.problem(400, "The body's gzip data ends in the middle.", as: form))
      case .tooLarge:
        let sentence = "Decompressed, the body has more than \(max(0, bytesMax)) bytes; send it in parts."
        throw RefusedRequest(.problem(413, sentence, as: form))
      case .refused(let refusal): throw RefusedRequest(refusal.answer(form))
      }
    }
  }

  /// What became of a request's lines.
  struct Taken {
    var records: Int
    var rejected: Int
    var isRepeated = false
  }

  /// Hands the lines to the sink; returns when they are durable.
  func take(_ lines: LineBatch, of request: HTTPRequest, content: [UInt8]) async throws(RefusedRequest) -> Taken {
    let form = request.problemForm
    let key = request.idempotencyKey.map {
      Submission.Key(kind: "http", tenant: request.tenant, name: Array($0.utf8), content: content)
    }
    counters.count {
      $0.submissions += 1
      $0.lines += lines.lines.count
      $0.bytes += lines.bytes.count
      $0.linesCut += lines.lines.count { $0.isCut }
    }
    let outcome: SubmissionOutcome
    do {
      outcome = try await sink.take(
        Submission(
          listener: listener, tenant: request.tenant, key: key, bytes: lines.bytes, lines: lines.lines))
    } catch {
      logger.error("A request could not be made durable.", metadata: ["error": "\(error)"])
      throw RefusedRequest(.problem(503, "The lines could not be made durable; try again.", as: form, retryAfter: 5))
    }
    switch outcome {
    case .durable(let records, let rejected):
      return Taken(records: records, rejected: rejected)
    case .repeated(let records, let rejected):
      return Taken(records: records, rejected: rejected, isRepeated: true)
    case .conflict:
      throw RefusedRequest(
        .problem(
          422, "This Idempotency-Key came with another body before; nothing was stored. Use a new key for each body.",
          as: form))
    case .full(let retryAfter):
      counters.count { $0.full += 1 }
      let seconds = max(1, Int(retryAfter.components.seconds) + (retryAfter.components.attoseconds > 0 ? 1 : 0))
      throw RefusedRequest(.problem(503, "There is no room now; try again.", as: form, retryAfter: seconds))
    }
  }
}

/// A request that gets no 200, with what it gets.
struct RefusedRequest: Error {
  let answer: HTTPAnswer
  init(_ answer: HTTPAnswer) { self.answer = answer }
}

/// Why the program is not ready, each a sentence; empty when it is.
package typealias Readiness = @Sendable () async -> [String]

/// What this program counts, as text in the form that the peer's `Accept` asks for.
package typealias MetricsText = @Sendable (_ accept: String?) async -> (contentType: String, body: [UInt8])
