/// What can go wrong with audittail itself, by the names that stand in place of a detector's. Each ends when whoever
/// told of it says so, and not because nothing more is heard of it.
package enum Incident: String, Sendable, CaseIterable {
  case collectorSilent = "collector-silent"
  case collectorLag = "collector-lag"
  case spoolFilling = "spool-filling"
  case pruneFailed = "prune-failed"
  case verificationFailed = "verification-failed"
  case receiverDisabled = "receiver-disabled"
  case deliveryFailed = "delivery-failed"
}
