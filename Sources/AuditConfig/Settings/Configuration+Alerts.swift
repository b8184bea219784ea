package import AuditAlert

extension Configuration {
  /// Who is told of what, and how hard it is tried.
  package struct Alerts: Sendable {
    package internal(set) var rules = AlertRules()
    package internal(set) var retry = RetrySchedule()
    package internal(set) var receivers: [AlertReceiver] = []
    package internal(set) var allowAddresses: [AddressGuard.Range] = []
    package internal(set) var heartbeat = Duration.seconds(60)
    package internal(set) var collectorSilent = Duration.seconds(300)
    /// Where each route names a receiver, to be blamed when there is none of the name.
    var named: [(name: String, place: SectionPlace, field: String)] = []
  }

  /// A receiver as the file has it; its secrets are elsewhere.
  package struct AlertReceiver: Sendable {
    package internal(set) var name = ""
    package internal(set) var kind = ReceiverKind.webhook
    package internal(set) var url: String?
    package internal(set) var urlFile: String?
    package internal(set) var urlVariable: String?
    package internal(set) var secretFiles: [String] = []
    package internal(set) var secretVariables: [String] = []
    package internal(set) var authorityFile: String?
    package internal(set) var ratePerMinute = 60
    package internal(set) var concurrency = 4
    package internal(set) var timeout = Duration.seconds(15)
    package internal(set) var title: String?
    package internal(set) var text: String?
    package internal(set) var mailFrom: String?
    package internal(set) var mailTo: [String] = []
    package internal(set) var sendmail = "/usr/sbin/sendmail"
    package internal(set) var getsHeartbeats = false

    var place = SectionPlace()

    /// What is wrong with one of its fields, with the place in the file.
    package func problem(_ field: String, _ message: String) -> ConfigurationProblem { place.problem(field, message) }
  }
}
