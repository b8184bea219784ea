import AuditAlert
import AuditModel

/// The sections under `alerts`.
extension FileSource {
  func readAlertSection(
    _ list: SectionList, _ fields: [String: Field], _ place: SectionPlace, into assembly: inout ConfigurationAssembly
  ) throws(WrongField) {
    switch list {
    case .alertReceivers:
      let receiver = try receiver(fields, place)
      guard !assembly.configuration.alerts.receivers.contains(where: { $0.name == receiver.name }) else {
        throw wrong(place, "name", "there is another receiver of this name before")
      }
      assembly.changeAlerts {
        $0.receivers.append(receiver)
        $0.rules.receivers.append(receiver.name)
      }
    case .alertRoutes:
      let route = try route(fields, place)
      assembly.changeAlerts { alerts in
        alerts.rules.routes.append(route)
        alerts.named += route.receivers.map { ($0, place, "receivers") }
        alerts.named += (route.escalation?.receivers ?? []).map { ($0, place, "escalate_to") }
      }
    case .alertInhibitions:
      let inhibition = Inhibition(
        source: try matchers(fields, "source", place), target: try matchers(fields, "target", place),
        equal: fields["equal"]?.texts ?? [])
      assembly.changeAlerts { $0.rules.inhibitions.append(inhibition) }
    case .alertMaintenance:
      let window = try maintenance(fields, place)
      assembly.changeAlerts { $0.rules.maintenance.append(window) }
    case .alertLabels:
      let rule = try labels(fields, place)
      assembly.changeAlerts { $0.rules.labels.append(rule) }
    case .redactionRules, .redactionTests: break
    }
  }

  private func receiver(
    _ fields: [String: Field], _ place: SectionPlace
  ) throws(WrongField) -> Configuration.AlertReceiver {
    var receiver = Configuration.AlertReceiver()
    receiver.place = place
    receiver.name = try text(fields, "name", place) ?? ""
    let plain = receiver.name.utf8.allSatisfy {
      $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    guard plain, receiver.name.utf8.count <= 32 else {
      throw wrong(place, "name", "is no receiver's name: 1 to 32 of a-z, 0-9, - and _")
    }
    let type = try text(fields, "type", place) ?? ""
    guard let kind = ReceiverKind(rawValue: type) else {
      let all = ReceiverKind.allCases.map(\.rawValue)
      throw WrongField(
        problem: place.problem(
          "type", "is none of \(all.joined(separator: ", "))", suggestion: nearestName(to: type, among: all)))
    }
    receiver.kind = kind
    receiver.url = try fields["url"].map { field throws(WrongField) in
      // Not quoted in a message: it may be the secret.
      try parsed(field.texts[0], .webAddress, place, "url")
    }
    receiver.urlFile = try text(fields, "url_file", place)
    receiver.urlVariable = try text(fields, "url_env", place)
    receiver.secretFiles = fields["secret_files"]?.texts ?? []
    receiver.secretVariables = fields["secret_env"]?.texts ?? []
    receiver.authorityFile = try text(fields, "ca_file", place)
    if let field = fields["rate"] {
      receiver.ratePerMinute = try parsed(field.texts[0], .count.within(1...60_000), place, "rate")
    }
    if let field = fields["concurrency"] {
      receiver.concurrency = try parsed(field.texts[0], .count.within(1...64), place, "concurrency")
    }
    if let field = fields["timeout"] {
      receiver.timeout = try parsed(
        field.texts[0], .duration.within(.milliseconds(100)...(.seconds(60))), place, "timeout")
    }
    receiver.title = try text(fields, "title", place)
    receiver.text = try text(fields, "text", place)
    receiver.mailFrom = try text(fields, "mail_from", place)
    receiver.mailTo = fields["mail_to"]?.texts ?? []
    receiver.sendmail = try text(fields, "sendmail", place) ?? receiver.sendmail
    receiver.getsHeartbeats = try isTrue(fields, "heartbeat", place)
    try check(receiver)
    return receiver
  }

  private func check(_ receiver: Configuration.AlertReceiver) throws(WrongField) {
    let addresses = [receiver.url, receiver.urlFile, receiver.urlVariable].compactMap { $0 }.count
    guard addresses <= 1 else {
      throw wrong(receiver.place, "url", "is one of url, url_file and url_env")
    }
    if receiver.kind == .mail {
      guard receiver.mailFrom != nil, !receiver.mailTo.isEmpty else {
        throw wrong(receiver.place, "mail_to", "a mail needs mail_from and mail_to")
      }
    } else if addresses == 0, receiver.kind.urlDefault == nil {
      throw wrong(receiver.place, "url", "is missing: give url, url_file or url_env")
    }
    if receiver.kind.needsSecret, receiver.secretFiles.isEmpty, receiver.secretVariables.isEmpty {
      throw wrong(receiver.place, "secret_files", "is missing: \(receiver.kind.rawValue) needs its key")
    }
    do throws(MessageTexts.Problem) {
      _ = try MessageTexts(title: receiver.title, text: receiver.text)
    } catch {
      throw wrong(receiver.place, error.message.contains("title") ? "title" : "text", error.message)
    }
  }

  private func route(_ fields: [String: Field], _ place: SectionPlace) throws(WrongField) -> AlertRoute {
    var escalation: AlertRoute.Escalation?
    switch (fields["escalate_after"], fields["escalate_to"]) {
    case (let after?, let to?):
      escalation = AlertRoute.Escalation(
        after: try parsed(
          after.texts[0], .duration.within(.seconds(1)...(.seconds(30 * 86_400))), place, "escalate_after"),
        receivers: to.texts)
    case (nil, nil): break
    default: throw wrong(place, "escalate_after", "and escalate_to go together")
    }
    return AlertRoute(
      matchers: try matchers(fields, "match", place), receivers: fields["receivers"]?.texts ?? [],
      continues: try isTrue(fields, "continue", place), escalation: escalation)
  }

  private func maintenance(_ fields: [String: Field], _ place: SectionPlace) throws(WrongField) -> MaintenanceWindow {
    let time: MaintenanceWindow.Time
    switch (fields["weekly"]?.texts[0], fields["length"]?.texts[0], fields["from"]?.texts[0], fields["until"]?.texts[0])
    {
    case (let weekly?, let length?, nil, nil):
      guard let minute = Self.minuteOfWeek(weekly) else {
        throw wrong(place, "weekly", "is no day and time, such as `Sat 22:00`")
      }
      time = .weekly(
        minute: minute,
        length: try parsed(length, .duration.within(.seconds(60)...(.seconds(7 * 86_400))), place, "length"))
    case (nil, nil, let from?, let until?):
      guard let first = RecordTime(rfc3339: from), let last = RecordTime(rfc3339: until), first < last else {
        throw wrong(place, "from", "and until are RFC 3339 times, the first before the second")
      }
      time = .once(from: first, until: last)
    default: throw wrong(place, nil, "takes weekly and length, or from and until")
    }
    return MaintenanceWindow(
      name: try text(fields, "name", place) ?? "", author: try text(fields, "author", place) ?? "",
      reason: try text(fields, "reason", place) ?? "", matchers: try matchers(fields, "match", place), time: time)
  }

  private static func minuteOfWeek(_ text: String) -> Int? {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 2, let day = days.firstIndex(of: parts[0]) else { return nil }
    let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard clock.count == 2, clock.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(clock[0]),
      let minute = Int(clock[1]),
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { return nil }
    return day * 1440 + hour * 60 + minute
  }

  private func labels(_ fields: [String: Field], _ place: SectionPlace) throws(WrongField) -> LabelRule {
    var labels: [String: String] = [:]
    for text in fields["labels"]?.texts ?? [] {
      do throws(AlertMatcher.Problem) {
        let label = try AlertMatcher(parsing: text)
        guard label.relation == .equal else { throw AlertMatcher.Problem(message: "is no label=value") }
        labels[label.label] = label.value
      } catch {
        throw wrong(place, "labels", "\(text.prefix(40).debugDescription) \(error.message)")
      }
    }
    return LabelRule(matchers: try matchers(fields, "match", place), labels: labels)
  }

  private func matchers(
    _ fields: [String: Field], _ name: String, _ place: SectionPlace
  ) throws(WrongField) -> [AlertMatcher] {
    var matchers: [AlertMatcher] = []
    for text in fields[name]?.texts ?? [] {
      do throws(AlertMatcher.Problem) {
        matchers.append(try AlertMatcher(parsing: text))
      } catch {
        throw wrong(place, name, "\(text.prefix(40).debugDescription) \(error.message)")
      }
    }
    return matchers
  }

  private func isTrue(_ fields: [String: Field], _ name: String, _ place: SectionPlace) throws(WrongField) -> Bool {
    guard let text = fields[name]?.texts[0] else { return false }
    return try parsed(text, .truth, place, name)
  }

  private func parsed<Value>(
    _ text: String, _ grammar: Grammar<Value>, _ place: SectionPlace, _ name: String
  ) throws(WrongField) -> Value {
    do throws(GrammarProblem) {
      return try grammar.parse(text)
    } catch {
      throw wrong(place, name, error.message)
    }
  }

  private func wrong(_ place: SectionPlace, _ field: String?, _ message: String) -> WrongField {
    WrongField(problem: place.problem(field, message))
  }
}

extension ConfigurationAssembly {
  /// Routes name receivers that there are.
  mutating func checkAlerts() {
    let receivers = configuration.alerts.rules.receivers
    for (name, place, field) in configuration.alerts.named where !receivers.contains(name) {
      report(
        place.problem(
          field, "there is no receiver \(name.prefix(40).debugDescription)",
          suggestion: nearestName(to: name, among: receivers)))
    }
  }
}
