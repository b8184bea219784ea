import ArgumentParser
import AuditConfig
import AuditModel
import Logging

/// The flags that every command has.
struct ConfigurationOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
  var config: String?

  @Option(
    name: .long, help: ArgumentHelp("PostgreSQL to use, as a libpq URL; several hosts are allowed.", valueName: "url"))
  var database: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where this program keeps its own data (default ./audittail-data).", valueName: "dir"))
  var dataDir: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much is said on standard error: trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel: String?

  /// The configuration, with the flags of one command added to these.
  func load(_ more: [SettingKey: [String]] = [:]) throws -> Configuration {
    try ConfigurationLoader().load(file: config, flags: flags.merging(more) { $1 })
  }

  var flags: [SettingKey: [String]] {
    var flags: [SettingKey: [String]] = [:]
    if let database { flags[.database] = [database] }
    if let dataDir { flags[.dataDirectory] = [dataDir] }
    if let logLevel { flags[.logLevel] = [logLevel] }
    return flags
  }
}

extension Configuration {
  /// A logger to standard error at the configured level.
  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { _ in PlainLogHandler() }
    logger.logLevel = Logger.Level(rawValue: log.level.rawValue) ?? .info
    return logger
  }
}

/// The tenant that a filter's `--tenant` names; it need not exist.
func namedTenant(_ name: String) throws -> TenantID {
  guard let tenant = TenantID(name) else {
    throw CommandFailure(
      .usage,
      "--tenant takes letters, digits, -, _ and ., 128 at most; \(name.prefix(40).debugDescription) is no tenant.")
  }
  return tenant
}
