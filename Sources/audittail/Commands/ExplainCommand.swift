import ArgumentParser
import AuditConfig
import AuditModel
import AuditQuery
import AuditSource
import AuditStore

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Where a line of a log file went.",
    discussion: """
      The record that it became, or why it was rejected, or that it is not read yet. Rotated files are known again, whatever they are \
      called now; a piece of a joined line is answered with the whole line's record.

      The exit status is 1 where the line is not accounted for: not read, lost, or missing.

        audittail explain tools.log:2
        audittail explain /var/log/pods/mcp-org-acme_tool-0_1c8d/tool/0.log.20261125-101500:17 --format ndjson
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson }

  @OptionGroup var options: ConfigurationOptions
  @Argument(help: ArgumentHelp("A log file and the number of a line in it, counted from 1.", valueName: "file:line"))
  var place: String
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?
  @Option(name: .long, help: "table (a sentence) or ndjson; table on a terminal, ndjson otherwise.")
  var format: Format?

  func run() async throws {
    try await reporting {
      let configuration = try options.load()
      let (file, number) = try Self.parse(place)
      let line = try ExplainedLine(file, number, lineBytesMax: configuration.limits.lineBytesMax)
      let format = format ?? (StandardOutput.isTerminal ? .table : .ndjson)
      let isAccounted = try await withStore(configuration, logger: configuration.logger("audittail.explain")) {
        store, _ in
        let traces = try await line.trace(in: try await selectedTenants(tenant, in: store), of: store)
        for trace in traces { try StandardOutput.write(format == .table ? trace.words : trace.ndjson) }
        return traces.contains(where: \.isAccounted)
      }
      if !isAccounted { throw ExitCode(CommandFailure.Status.no.rawValue) }
    }
  }

  /// The last colon is the one: a file's name may have others.
  static func parse(_ place: String) throws -> (file: String, line: Int) {
    guard let colon = place.lastIndex(of: ":"), let number = Int(place[place.index(after: colon)...]), number > 0,
      colon > place.startIndex
    else {
      throw CommandFailure(.usage, "\(place) names no line. Give a file and a line's number, such as tools.log:2.")
    }
    return (String(place[..<colon]), number)
  }
}
