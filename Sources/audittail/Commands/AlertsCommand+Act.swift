import ArgumentParser
import AuditAlert
import AuditConfig
import AuditModel
import AuditRedact
import AuditStore

struct AlertsAckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack", abstract: "Say that you look after an alert.",
    discussion: "With --expected it was meant to be: the alert is over, and the detectors learn it.")

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "The alert, such as acme/17.")
  var alert: String
  @Option(name: .long, help: ArgumentHelp("What others should know.", valueName: "text"))
  var note: String?
  @Flag(name: .long, help: "What was found is as it should be.")
  var expected = false

  func run() async throws {
    try await reporting {
      let note = note.map(Self.redacted)
      try await scope.withAlerts { store, pipeline in
        let (scope, number) = try await scope.one(alert, in: store)
        let after = try await store.acknowledge(
          number, of: scope, by: currentUser(), note: note, isExpected: expected, pipeline, now: .now)
        try Self.report(after, number, scope)
        try await store.wake(AlertDuties.deliveries)
      }
    }
  }
}

struct AlertsResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resolve", abstract: "Say that an alert is over.")

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "The alert, such as acme/17.")
  var alert: String
  @Option(name: .long, help: ArgumentHelp("What others should know.", valueName: "text"))
  var note: String?

  func run() async throws {
    try await reporting {
      let note = note.map(Self.redacted)
      try await scope.withAlerts { store, pipeline in
        let (scope, number) = try await scope.one(alert, in: store)
        let after = try await store.resolve(
          number, of: scope, by: currentUser(), note: note, pipeline, now: .now)
        try Self.report(after, number, scope)
        try await store.wake(AlertDuties.deliveries)
      }
    }
  }
}

struct AlertsSilenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence", abstract: "Keep alerts quiet for a time.",
    discussion: """
        audittail alerts silence acme/17 --for 2h --reason 'rolling out the new client'
        audittail alerts silence --tenant acme --match detector=rate-spike --match 'actor=batch-*' --for 1d --reason migration
      """)

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "An alert, such as acme/17: what its detector finds of its subject is meant.")
  var alert: String?
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("A condition, such as detector=geo, tool!=read_* or severity>=warning.", valueName: "condition"))
  var match: [String] = []
  @Option(name: .customLong("for"), help: ArgumentHelp("How long.", valueName: "duration"))
  var length: String
  @Option(name: .long, help: ArgumentHelp("Why.", valueName: "text"))
  var reason: String

  func run() async throws {
    try await reporting {
      var matchers: [AlertMatcher] = []
      for text in match {
        do throws(AlertMatcher.Problem) {
          matchers.append(try AlertMatcher(parsing: text))
        } catch {
          throw CommandFailure(.usage, "--match: \(text.debugDescription) \(error.message).")
        }
      }
      let duration: Duration
      do throws(GrammarProblem) {
        duration = try DurationGrammar.parse(length)
      } catch {
        throw CommandFailure(.usage, "--for: \(error.message)")
      }
      guard duration > .zero, duration <= .seconds(366 * 86_400) else {
        throw CommandFailure(.usage, "--for takes more than nothing and at most 366d.")
      }
      guard alert != nil || !matchers.isEmpty else {
        throw CommandFailure(.usage, "Say what to keep quiet: an alert, or --match.")
      }
      let reason = Self.redacted(reason)
      try await scope.withAlerts { [matchers] store, _ in
        var matchers = matchers
        let scopes: [AlertScope]
        if let alert {
          let (scope, number) = try await scope.one(alert, in: store)
          guard let found = try await store.alert(number, of: scope) else {
            throw CommandFailure(.no, "There is no alert \(scope.numbered(number)).")
          }
          matchers += found.matchers
          scopes = [scope]
        } else {
          scopes = try await self.scope.scopes(in: store).filter { self.scope.installation || $0 != .installation }
        }
        for scope in scopes {
          let now = RecordTime.now
          let number = try await store.silence(
            matchers, of: scope, by: currentUser(), reason: reason, from: now, until: now.advanced(by: duration),
            now: now)
          StandardError.write(
            "Silence \(scope.numbered(number)) until \(now.advanced(by: duration).rfc3339): \(matchers.map(\.description).joined(separator: ", "))\n"
          )
        }
        try await store.wake(AlertDuties.alerts)
      }
    }
  }
}

struct AlertsUnsilenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unsilence", abstract: "End a silence; without a number, list those that hold.")

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "The silence, such as acme/3.")
  var silence: String?

  func run() async throws {
    try await reporting {
      try await scope.withAlerts { store, _ in
        guard let silence else {
          for scope in try await scope.scopes(in: store) {
            for row in try await store.silences(of: scope, now: .now) {
              let silence = row.silence
              try StandardOutput.write(
                "\(scope.numbered(silence.id))  until \(silence.until.rfc3339)  \(silence.author)  "
                  + "\(silence.matchers.map(\.description).joined(separator: ", "))  \(silence.reason)\n")
            }
          }
          return
        }
        let (scope, number) = try await scope.one(silence, in: store)
        guard try await store.unsilence(number, of: scope, by: currentUser(), now: .now) else {
          throw CommandFailure(.no, "There is no silence \(scope.numbered(number)) that holds.")
        }
        try await store.wake(AlertDuties.alerts)
        StandardError.write("Silence \(scope.numbered(number)) has ended.\n")
      }
    }
  }
}

extension AsyncParsableCommand {
  /// Says what became of an alert.
  fileprivate static func report(_ alert: Alert?, _ number: Int64, _ scope: AlertScope) throws {
    guard let alert else { throw CommandFailure(.no, "There is no alert \(scope.numbered(number)).") }
    StandardError.write("\(scope.numbered(number)) is \(alert.state.rawValue).\n")
  }

  /// What a person writes is stored and sent on, so it goes through the redactor like everything else.
  fileprivate static func redacted(_ text: String) -> String {
    var redactor = Redactor()
    var out: [UInt8] = []
    redactor.redactText(Array(text.utf8).span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }
}
