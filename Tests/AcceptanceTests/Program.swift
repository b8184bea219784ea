import Synchronization

/// How a test calls the program: always in the same directory, with the same database and settings.
final class Program: Sendable {
  /// What a call that ended came to.
  struct Answer: Sendable {
    let ending: ChildProcess.Ending
    let output: String
    let errors: String

    var status: Int32? { if case .exited(let status) = ending { status } else { nil } }
    var lines: [Substring] { output.split(separator: "\n") }
    /// What it said in its own name: without the log.
    var sentences: [Substring] { errors.split(separator: "\n").filter { $0.hasPrefix("audittail: ") } }
  }

  let directory: String
  private let common: [String]
  private let environment: [String: String]
  private let calls = Mutex(0)

  /// - Parameter settings: the YAML of a configuration file; nil: none.
  init(in directory: String, database: String? = nil, settings: String? = nil, environment: [String: String] = [:])
    throws
  {
    self.directory = directory
    self.environment = environment
    var common: [String] = []
    if let database { common += ["--database", database] }
    if let settings {
      try writeFile("\(directory)/audittail.yaml", settings)
      common += ["--config", "\(directory)/audittail.yaml"]
    }
    self.common = common
  }

  /// Starts it with the common options behind the given ones.
  func start(_ arguments: [String]) throws -> ChildProcess {
    let number = calls.withLock { calls in
      calls += 1
      return calls
    }
    return try ChildProcess(
      try BuiltProgram.path(), arguments + common, in: directory, name: "\(number)-\(arguments[0])",
      environment: environment)
  }

  /// Starts it and waits for its end.
  func run(_ arguments: String..., atMost limit: Duration = .seconds(120)) async throws -> Answer {
    try await run(arguments, atMost: limit)
  }

  func run(_ arguments: [String], atMost limit: Duration = .seconds(120)) async throws -> Answer {
    let child = try start(arguments)
    let ending = try await child.wait(atMost: limit)
    return Answer(ending: ending, output: child.output, errors: child.errors)
  }

  /// `verify`, which has to say yes.
  func verify() async throws -> Answer { try await run("verify", "--format", "table", atMost: .seconds(300)) }
}
