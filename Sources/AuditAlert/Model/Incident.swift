/// What can go wrong with audittail itself, by the names that stand in place of a detector's.
package enum Incident: String, Sendable, CaseIterable {
  case collectorSilent = "collector-silent"
  case collectorLag = "collector-lag"
  case spoolFilling = "spool-filling"
  case pruneFailed = "prune-failed"
  case verificationFailed = "verification-failed"
  case receiverDisabled = "receiver-disabled"
  case deliveryFailed = "delivery-failed"

  /// Whether it is over when nothing more is heard of it; others end when whoever told of them says so.
  package var endsByItself: Bool {
    switch self {
    case .collectorSilent, .collectorLag, .spoolFilling, .pruneFailed, .verificationFailed, .receiverDisabled: false
    case .deliveryFailed: true
    }
  }

  static func endsByItself(_ name: String) -> Bool { Incident(rawValue: name)?.endsByItself ?? true }
}
