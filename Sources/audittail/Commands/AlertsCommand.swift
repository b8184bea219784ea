import ArgumentParser
import AuditAlert
import AuditConfig
import AuditModel
import AuditStore

struct AlertsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "What goes on, who was told, and what you do about it.",
    discussion: """
      An alert is named by its tenant and number: acme/17. Those about audittail itself: --installation 3.

        audittail alerts list
        audittail alerts ack acme/17 --note 'month-end export' --expected
        audittail alerts silence acme/17 --for 2h --reason 'rolling out the new client'
        audittail alerts test-receiver oncall
      """,
    subcommands: [
      AlertsListCommand.self, AlertsShowCommand.self, AlertsAckCommand.self, AlertsSilenceCommand.self,
      AlertsUnsilenceCommand.self, AlertsResolveCommand.self, AlertsTestReceiverCommand.self,
      AlertsDeliveriesCommand.self, AlertsReplayCommand.self,
    ])
}

/// Whose alerts are meant.
struct AlertScopeOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("One tenant.", valueName: "tenant"))
  var tenant: String?
  @Flag(name: .long, help: "The alerts about audittail itself.")
  var installation = false

  /// Every scope that is meant; all of them where none is named.
  func scopes(in store: Store) async throws -> [AlertScope] {
    if installation {
      guard tenant == nil else { throw CommandFailure(.usage, "Give --tenant or --installation, not both.") }
      return [.installation]
    }
    let tenants = try await selectedTenants(tenant, in: store).map(AlertScope.tenant)
    return tenant == nil ? [.installation] + tenants : tenants
  }

  /// The alert, silence or delivery that a word such as `acme/17` or `17` names.
  func one(_ word: String, in store: Store) async throws -> (scope: AlertScope, number: Int64) {
    let slash = word.lastIndex(of: "/")
    let digits = slash.map { word[word.index(after: $0)...] } ?? word[...]
    guard let number = Int64(digits), number > 0 else {
      throw CommandFailure(.usage, "\(word.debugDescription) names nothing: give a number, as in acme/17.")
    }
    if let slash {
      let name = String(word[..<slash])
      if name == AlertScope.installation.name { return (.installation, number) }
      guard tenant == nil || tenant == name, !installation else {
        throw CommandFailure(.usage, "\(word.debugDescription) names another tenant than the flags.")
      }
      return (.tenant(try await selectedTenants(name, in: store)[0]), number)
    }
    let scopes = try await scopes(in: store)
    if scopes.count == 1 { return (scopes[0], number) }
    let tenants = scopes.filter { $0 != .installation }
    guard tenants.count == 1 else {
      throw CommandFailure(
        .usage, "Say whose: \(tenants.first?.name ?? "acme")/\(number), or --tenant, or --installation.")
    }
    return (tenants[0], number)
  }

  /// Runs `body` with the store and how alerts are made. No secret of a receiver is needed for it.
  func withAlerts(_ body: @Sendable (Store, AlertPipeline) async throws -> Void) async throws {
    let configuration = try options.load()
    let pipeline = AlertPipeline(rules: configuration.alerts.rules)
    try await withStore(configuration, logger: configuration.logger("audittail.alerts")) { store, _ in
      try await body(store, pipeline)
    }
  }
}

/// How rows come out.
enum AlertFormat: String, ExpressibleByArgument, CaseIterable {
  case table, ndjson

  static var byTerminal: AlertFormat { StandardOutput.isTerminal ? .table : .ndjson }
}

extension AlertScope {
  /// As an alert's number is written: `acme/17`.
  func numbered(_ number: Int64) -> String { "\(name)/\(number)" }
}
