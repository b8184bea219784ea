package import AuditModel

/// How a call ended, as far as detectors care.
package enum Outcome: UInt8, Sendable, Hashable {
  case ok, error
  /// Refused: not authenticated, or not allowed.
  case denied
  /// The record does not say.
  case unknown

  /// Reads a record's status in whatever words it has. A status that says nothing leaves it to whether there is an error's text.
  package init(status: Span<UInt8>, hasError: Bool) {
    if let known = Self.word(status) {
      self = known
    } else {
      self = hasError ? .error : .unknown
    }
  }

  /// Error texts of servers that say "error" for everything; lower case.
  private static let denials: [StaticString] = [
    "unauthorized", "unauthenticated", "forbidden", "permission denied", "access denied", "invalid token",
    "authentication failed", "401", "403",
  ]

  /// An error whose text names a refusal is one.
  package func refined(byError text: Span<UInt8>) -> Outcome {
    guard self == .error else { return self }
    for denial in Self.denials where text.contains(lowercase: denial) { return .denied }
    return self
  }

  private static func word(_ status: Span<UInt8>) -> Outcome? {
    let count = status.count
    // A status of HTTP.
    if count == 3, let first = status.first, (0x31...0x35).contains(first) {
      if status.equals(lowercase: "401") || status.equals(lowercase: "403") { return .denied }
      return first >= 0x34 ? .error : .ok
    }
    let words: [(StaticString, Outcome)] = [
      ("success", .ok), ("ok", .ok), ("succeeded", .ok), ("completed", .ok), ("allow", .ok), ("allowed", .ok),
      ("error", .error), ("failure", .error), ("failed", .error), ("timeout", .error), ("exception", .error),
      ("denied", .denied), ("deny", .denied), ("unauthorized", .denied), ("forbidden", .denied),
      ("unauthenticated", .denied), ("permission_denied", .denied), ("auth_failure", .denied),
      ("cancelled", .unknown), ("unknown", .unknown),
    ]
    for (word, outcome) in words where word.utf8CodeUnitCount == count && status.equals(lowercase: word) {
      return outcome
    }
    return nil
  }
}

/// One record as detectors see it. Small and without heap objects; texts are names of the set's `NameTable`.
package struct Observation: Sendable, Hashable {
  package var record: RecordID
  package var time: RecordTime
  package var server = Name.none
  package var tool = Name.none
  package var user = Name.none
  package var client = Name.none
  package var session = Name.none
  /// The network address of the caller, as it was written.
  package var address = Name.none
  /// The team that pays, where the record says so (`extra.team`).
  package var team = Name.none
  package var outcome = Outcome.unknown
  /// Set by the set: the record came when its time had passed already.
  package var isLate = false
  /// Nanoseconds, not negative.
  package var duration: Int64?
  package var resultBytes: Int64?
  /// What the call cost in the installation's own unit, where the record says so (`extra.cost`).
  package var cost: Double?
  /// The arguments' shape: a hash of the sorted set of their key paths; 0 where there are no arguments.
  package var shape: UInt64 = 0

  package init(record: RecordID, time: RecordTime) {
    self.record = record
    self.time = time
  }

  /// Who calls, as counters see it: the client, or the user where no client is known.
  @inlinable package var caller: Name { client.isNone ? user : client }
  /// Who did it, as people see it: the user, or the client where no user is known.
  @inlinable package var actor: Name { user.isNone ? client : user }
  /// Seconds since 1970.
  @inlinable package var seconds: Double { Double(time.nanoseconds) * 1e-9 }
}

extension Span where Element == UInt8 {
  var first: UInt8? { isEmpty ? nil : self[0] }

  /// - Parameter text: ASCII in lower case.
  func equals(lowercase text: StaticString) -> Bool {
    guard text.utf8CodeUnitCount == count else { return false }
    for index in 0..<count where self[index].asciiLowercased != text.utf8Start[index] { return false }
    return true
  }

  func contains(lowercase text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return false }
    for start in 0...(count - length) {
      if extracting(start..<(start + length)).equals(lowercase: text) { return true }
    }
    return false
  }
}
