import ArgumentParser

@main
struct Audittail: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audittail",
    abstract: "The audit trail of MCP servers: collect, redact, store exactly once, look, prove.",
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(
        name: "Roles",
        subcommands: [
          RunCommand.self, CollectCommand.self, AnalyzeCommand.self, PruneCommand.self, MigrateCommand.self,
        ]),
      CommandGroup(
        name: "Look",
        subcommands: [
          QueryCommand.self, TopCommand.self, SignalsCommand.self, UsageCommand.self, StatusCommand.self,
          AlertsCommand.self,
        ]),
      CommandGroup(name: "Prove", subcommands: [VerifyCommand.self, ExplainCommand.self]),
      CommandGroup(
        name: "Try",
        subcommands: [
          DemoCommand.self, CheckCommand.self, RedactCommand.self, NormalizeCommand.self, DetectCommand.self,
        ]),
    ])
}
