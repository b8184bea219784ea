/// The detectors' names, as findings and the configuration spell them.
package enum DetectorKind: String, CaseIterable, Sendable, Hashable {
  case rateSpike = "rate-spike"
  case rateDrop = "rate-drop"
  case toolSequence = "tool-sequence"
  case offHours = "off-hours"
  case geo
  case firstUse = "first-use"
  case errorRate = "error-rate"
  case latency
  case authFailure = "auth-failure"
  case dataVolume = "data-volume"
  case budget
  case toolCollision = "tool-collision"
  case silence
}

/// Whether a detector's findings are made, and whether anybody is told.
package enum DetectorMode: String, CaseIterable, Sendable, Hashable {
  case off
  /// It learns, and what it finds is recorded, but raises no alert.
  case shadow
  case on
}
