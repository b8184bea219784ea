import ArgumentParser
import AuditConfig
import AuditModel
import AuditRedact

/// How the lines of an input are framed.
enum InputFraming: String, ExpressibleByArgument, CaseIterable {
  /// Told by the first bytes, and for what is framed by lines line by line, as the collector does.
  case auto
  case ndjson, cri, docker, syslog, forward, otlp

  /// The runtimes whose words are taken off a line.
  var formats: Set<PartialFormat> {
    switch self {
    case .auto: [.cri, .docker]
    case .cri: [.cri]
    case .docker: [.docker]
    case .ndjson, .syslog, .forward, .otlp: []
    }
  }
}

struct NormalizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "normalize", abstract: "Log lines in, normalised and redacted records out, one a line.",
    discussion: """
      It goes the collector's own way without a database: the framing is taken off (CRI, docker's json-file, syslog, Fluent Forward, \
      OTLP in JSON or protobuf), partial lines and documents over \
      several lines are joined, requests meet their responses. What comes out is described by schemas/record.v1.json; a line that is \
      no record comes out as {"rejected":{"reason":…,"line":…,"text":…}}. A record without any time has 1970-01-01T00:00:00Z and the \
      mark time-unknown, so that the same input gives the same output.

        audittail normalize < server.log
        kubectl logs deploy/tools | audittail normalize --tenant acme
        audittail normalize --from forward < chunks.msgpack
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("Redact as this tenant's lines are.", valueName: "tenant"))
  var tenant: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The framing: \(InputFraming.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "framing"))
  var from = InputFraming.auto

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      let configuration = try options.load()
      let named = try tenant.map { try namedTenant($0) }
      let redaction = named.map { configuration.redaction(for: $0) } ?? configuration.redaction
      var filter = NormalizeFilter(
        tenant: named ?? .unnamed, configuration: configuration, policy: try RedactionPolicy(redaction),
        from: from)
      try filter.run()
    }
  }
}
