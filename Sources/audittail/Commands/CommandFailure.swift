import ArgumentParser
import AuditConfig
import AuditSource
import AuditStore
import Glibc
import Postgres

/// How a command ends when it does not end well: one or two sentences and the exit status of sysexits(3).
struct CommandFailure: Error, Sendable, CustomStringConvertible {
  enum Status: Int32, Sendable {
    /// The answer is no: a verification failed, a day could not be dropped.
    case no = 1
    case usage = 64
    case noInput = 65
    case unavailable = 69
    case cannotCreate = 73
    case inputOutput = 74
    case configuration = 78
  }

  let status: Status
  let description: String

  init(_ status: Status, _ description: String) {
    self.status = status
    self.description = description
  }

  /// What went wrong, in the words of whoever knows.
  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let problems as ConfigurationProblems:
      self.init(problems.isUsage ? .usage : .configuration, problems.description)
    case let error as PostgresError where error.sqlState == .insufficientPrivilege:
      self.init(
        .configuration,
        "\(error). Grant the user audittail_collector to collect, audittail_analyzer to analyze, audittail_reader to look, or audittail_retention to prune."
      )
    case let error as PostgresError where error.sqlState.map { Self.notMigrated.contains($0) } ?? false:
      self.init(
        .configuration,
        "\(error). The database's tables are not there, or older: run `audittail migrate` once as the database's owner."
      )
    case let error as PostgresError:
      self.init(error.kind == .badURL ? .configuration : .unavailable, error.description)
    case let error as EmbeddedServerError: self.init(.cannotCreate, error.description)
    case let error as StoreError: self.init(Self.status(of: error), error.description)
    case let error as LogFile.OpenError: self.init(.inputOutput, error.description)
    default: self.init(.inputOutput, "\(error)")
    }
  }

  /// What a database says that was never migrated, or not to this program's version.
  private static let notMigrated: Set<SQLState> = [
    .undefinedTable, .undefinedColumn, .undefinedFunction, .undefinedSchema,
  ]

  private static func status(of error: StoreError) -> Status {
    switch error {
    case .schemaNewer, .schemaMissing, .ledgerConflict, .poolerBeforeLock: .configuration
    case .rowCount: .unavailable
    case .unknownTenant: .usage
    }
  }
}

extension AsyncParsableCommand {
  /// Runs the command's body; what it throws goes to standard error as plain sentences and ends the program with its status.
  func reporting(_ body: () async throws -> Void) async throws {
    // A closed pipe is an error like others: it must not end a collector whose log nobody reads any more.
    signal(SIGPIPE, SIG_IGN)
    do {
      try await body()
    } catch let code as ExitCode {
      throw code
    } catch is ReaderGone {
      return
    } catch {
      let failure = CommandFailure(error)
      StandardError.write("audittail: \(failure)\n")
      throw ExitCode(failure.status.rawValue)
    }
  }
}
