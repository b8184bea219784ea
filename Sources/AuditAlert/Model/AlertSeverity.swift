/// How bad it is: what a finding says, and the worst of its findings for an alert.
package enum AlertSeverity: String, Sendable, Hashable, CaseIterable, Comparable {
  case info, warning, critical

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .critical: 2
    }
  }

  package static func < (left: AlertSeverity, right: AlertSeverity) -> Bool { left.rank < right.rank }
}
