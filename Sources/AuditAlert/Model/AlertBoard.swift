package import AuditModel

/// What is known of a scope's alerts before a step: everything that goes on, and what else the step's causes concern.
package struct AlertBoard: Sendable {
  package let scope: AlertScope
  /// Random, made once for a scope: so that a database made anew does not repeat the ids of messages that receivers remember.
  package let identity: String
  package var alerts: [AlertKey: Alert] = [:]
  package var silences: [Silence] = []
  /// The storm windows by their receivers.
  package var windows: [String: StormWindow] = [:]
  /// The latest alert's number, and how many messages there were that belong to no alert.
  package var lastAlert: Int64 = 0
  package var lastMessage: Int64 = 0

  package init(scope: AlertScope, identity: String) {
    self.scope = scope
    self.identity = identity
  }
}

/// How many messages left for a receiver since it was opened, and what was folded.
package struct StormWindow: Sendable, Hashable {
  package let receiver: String
  package var openedAt: RecordTime
  package var sent = 0
  /// Bounded by detectors × severities × events, however many alerts there are.
  package var folded: [FoldedKind: Int64] = [:]

  package init(receiver: String, openedAt: RecordTime) {
    self.receiver = receiver
    self.openedAt = openedAt
  }
}

/// What a digest counts by.
package struct FoldedKind: Sendable, Hashable, Comparable {
  package let detector: String
  package let severity: AlertSeverity
  package let event: AlertEvent

  package init(detector: String, severity: AlertSeverity, event: AlertEvent) {
    self.detector = detector
    self.severity = severity
    self.event = event
  }

  package static func < (left: FoldedKind, right: FoldedKind) -> Bool {
    (left.detector, right.severity, left.event.rawValue) < (right.detector, left.severity, right.event.rawValue)
  }
}

/// What somebody wants of alerts.
package enum AlertOrder: Sendable, Hashable {
  case acknowledge(alert: Int64, by: String, note: String?)
  case resolve(alert: Int64, by: String, note: String?)
}

/// What a step came to: all of it is stored in one transaction, or none.
package struct AlertStep: Sendable {
  /// New or changed.
  package var alerts: [Alert] = []
  package var transitions: [AlertTransition] = []
  package var deliveries: [PlannedDelivery] = []
  /// Changed ones.
  package var windows: [StormWindow] = []
  package var lastAlert: Int64 = 0
  package var lastMessage: Int64 = 0
  /// When something happens by itself: an alert is over, a silence ends, a digest leaves.
  package var nextDue: RecordTime?
}

/// A message to a receiver, to be stored in the outbox.
package struct PlannedDelivery: Sendable, Hashable {
  package let receiver: String
  /// The `webhook-id`: the same on every repeat.
  package let messageID: String
  /// Nil for a digest.
  package let alert: Int64?
  package let transition: Int32?
  package let event: AlertEvent
  /// The body of the generic webhook; other formats are made from it.
  package let body: String
  /// Not sent by itself: it is counted in a digest.
  package let isFolded: Bool
}
