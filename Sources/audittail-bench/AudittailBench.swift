import ArgumentParser

@main
struct AudittailBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audittail-bench",
    abstract: "Sample loads, and what audittail makes of them beside PostgreSQL's own pace.",
    subcommands: [Generate.self, MainJob.self, ManyFiles.self, Measure.self, Redaction.self, SignalQueries.self])
}
