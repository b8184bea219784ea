/// What kind of failure a call ended with, told from its status and, where that says no more than "error", from its error's words.
///
/// The raw value is the place in the array that is stored, so a class is never moved; a new one comes last.
package enum ErrorClass: Int, CaseIterable, Sendable {
  case other, timeout, cancelled, denied, rateLimited, invalid, notFound, unavailable

  package static let count = 8

  package var name: String {
    switch self {
    case .other: "other"
    case .timeout: "timeout"
    case .cancelled: "cancelled"
    case .denied: "denied"
    case .rateLimited: "rate-limited"
    case .invalid: "invalid"
    case .notFound: "not-found"
    case .unavailable: "unavailable"
    }
  }

  /// How a call ended.
  package enum Verdict: Hashable, Sendable {
    case success
    /// Nobody saw an end.
    case unknown
    /// Failed; nil where only the error's words can say how.
    case failure(ErrorClass?)
  }

  /// What a status says by itself.
  package static func verdict(_ status: Span<UInt8>) -> Verdict {
    if status.count == 0 { return .unknown }
    if status.count == 7, status[0] == UInt8(ascii: "s"), status[6] == UInt8(ascii: "s") {
      // Nearly all.
      if status[1] == UInt8(ascii: "u"), status[2] == UInt8(ascii: "c"), status[3] == UInt8(ascii: "c"),
        status[4] == UInt8(ascii: "e"), status[5] == UInt8(ascii: "s")
      {
        return .success
      }
    }
    if let known = words[status.lowercased()] { return known }
    guard status.count == 3, let code = status.number else { return .failure(nil) }
    switch code {
    case 100..<400: return .success
    case 400, 405...407, 409...428, 430..<499: return .failure(.invalid)
    default: return .failure(nil)
    }
  }

  /// Statuses, in lower case, of what succeeded, beside the codes 100 to 399.
  package static let successWords = [
    "success", "ok", "succeeded", "completed", "complete", "allow", "allowed", "passed", "true", "executed",
  ]
  /// And of what no end was seen of; then an error's text says that it failed.
  package static let unknownWords = ["unknown", "pending", "started"]

  private static let words: [String: Verdict] = {
    let all: [(Verdict, [String])] = [
      (.success, successWords), (.unknown, unknownWords),
      (.failure(.denied), ["denied", "deny", "forbidden", "unauthorized", "blocked", "401", "403"]),
      (.failure(.timeout), ["timeout", "timed_out", "timedout", "deadline_exceeded", "408", "504"]),
      (.failure(.cancelled), ["cancelled", "canceled", "aborted", "499"]),
      (
        .failure(.rateLimited),
        ["rate_limited", "rate-limited", "ratelimited", "throttled", "too_many_requests", "429"]
      ),
      (.failure(.invalid), ["invalid", "invalid_params", "bad_request"]),
      (.failure(.notFound), ["not_found", "not-found", "notfound", "404"]),
      (.failure(.unavailable), ["unavailable", "502", "503"]),
    ]
    var words: [String: Verdict] = [:]
    for (verdict, names) in all { for name in names { words[name] = verdict } }
    return words
  }()

  /// How much of an error's text is looked at.
  private static let textBytesMax = 512

  /// What an error's words say; the first class that finds one of its own.
  package static func told(by text: Span<UInt8>) -> ErrorClass {
    let end = min(text.count, textBytesMax)
    var best = Int.max
    for start in 0..<end {
      let candidates = phrasesByFirst[Int(text[start] | 0x20)]
      for candidate in candidates where candidate.rank < best && candidate.stands(in: text, at: start, end) {
        best = candidate.rank
      }
    }
    return best == .max ? .other : phrases[best].0
  }

  /// A phrase in lower case, and the place of its class among those that are looked for.
  private struct Phrase: Sendable {
    let bytes: [UInt8]
    let rank: Int

    func stands(in text: Span<UInt8>, at start: Int, _ end: Int) -> Bool {
      guard start + bytes.count <= end else { return false }
      for index in 1..<bytes.count {
        let byte = text[start + index]
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        if lower != bytes[index] { return false }
      }
      return true
    }
  }

  /// By the first byte, with the bit set that makes a letter small; no phrase begins with a byte that this confuses with another one.
  private static let phrasesByFirst: [[Phrase]] = {
    var table = [[Phrase]](repeating: [], count: 256)
    for (rank, (_, words)) in phrases.enumerated() {
      for word in words {
        let bytes = Array(word.utf8)
        table[Int(bytes[0] | 0x20)].append(Phrase(bytes: bytes, rank: rank))
      }
    }
    return table
  }()

  private static let phrases: [(ErrorClass, [String])] = [
    (.rateLimited, ["rate limit", "rate-limit", "ratelimit", "too many requests", "throttl", "quota"]),
    (.timeout, ["timeout", "timed out", "deadline"]),
    (
      .denied,
      [
        "permission denied", "forbidden", "unauthorized", "access denied", "not authorized", "not permitted",
        "not allowed",
      ]
    ),
    (.notFound, ["not found", "no such", "does not exist", "enoent", "unknown tool"]),
    (.invalid, ["invalid", "validation", "malformed", "missing required", "bad request", "-32602"]),
    (
      .unavailable,
      ["unavailable", "connection refused", "econnrefused", "connection reset", "unreachable", "bad gateway"]
    ),
    (.cancelled, ["cancel", "abort"]),
  ]
}

extension Span<UInt8> {
  /// ASCII letters in lower case; what is no UTF-8 becomes U+FFFD.
  fileprivate func lowercased() -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in indices {
      let byte = self[index]
      bytes.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Decimal digits only.
  fileprivate var number: Int? {
    var value = 0
    for index in indices {
      guard self[index] &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(self[index] &- 0x30)
    }
    return value
  }
}
