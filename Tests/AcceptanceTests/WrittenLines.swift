import AuditModel
import AuditSample

/// What was written to log files, by the ids that the lines carry.
struct WrittenLines: Sendable, Equatable {
  var records: Set<String> = []
  /// By the reason for which they cannot be records.
  var rejected: [String: Set<String>] = [:]

  var count: Int { records.count + rejected.values.reduce(0) { $0 + $1.count } }

  mutating func note(_ line: SampleLine, id: String) {
    if let reason = line.kind.rejection {
      rejected[reason.rawValue, default: []].insert(id)
    } else {
      records.insert(id)
    }
  }
}
