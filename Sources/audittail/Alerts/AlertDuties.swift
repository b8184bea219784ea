/// What the leading analyzer does about alerts: make them, and tell of them.
enum AlertDuties {
  /// What wakes them, in this process (`DutyWakes`) and from others (NOTIFY).
  static let alerts = "alerts"
  static let deliveries = "deliveries"

  static let plans = [
    DutyPlan(name: alerts, interval: .seconds(1)) { AlertsDuty($0) },
    DutyPlan(name: deliveries, interval: .seconds(5)) { DeliveriesDuty($0) },
  ]
}

/// What a leader needs for alerts: how they are made, who is told, and the bell between those who plan deliveries and those who send them.
struct Alerting: Sendable {
  let setup: AlertSetup
  let bell = DeliveryBell()

  init(_ setup: AlertSetup) { self.setup = setup }
}
