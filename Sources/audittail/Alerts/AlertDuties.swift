import AuditAlert
import AuditConfig

/// What the leading analyzer does about alerts: make them, and tell of them.
enum AlertDuties {
  /// What wakes the first of them, in this process (`DutyWakes`) and from others (NOTIFY).
  static let alerts = "alerts"
  static let deliveries = "deliveries"

  static func plans(_ configuration: Configuration) throws -> [DutyPlan] {
    let setup = try AlertSetup(configuration)
    // Rung when deliveries were planned, and heard by those that send.
    let bell = DeliveryBell()
    return [
      DutyPlan(name: alerts, interval: .seconds(1)) { lead in AlertsDuty(setup: setup, lead: lead, bell: bell) },
      DutyPlan(name: deliveries, interval: .seconds(5)) { lead in
        DeliveriesDuty(setup: setup, lead: lead, bell: bell)
      },
    ]
  }
}
