package import AuditModel

/// Everything an operator can decide, as typed values, with where each came from.
///
/// Only `ConfigurationLoader` makes one that differs from the defaults, which are the initial values here.
package struct Configuration: Sendable {
  /// Nil means: manage an embedded PostgreSQL under `dataDirectory`.
  package internal(set) var database: DatabaseURL?
  /// Relative to the working directory unless absolute.
  package internal(set) var dataDirectory = Self.defaultDataDirectory
  package static let defaultDataDirectory = "./audittail-data"
  package internal(set) var collector = Collector()
  package internal(set) var discovery = Discovery()
  package internal(set) var spool = Spool()
  package internal(set) var kubernetes = Kubernetes()
  package internal(set) var habits = Habits()
  package internal(set) var limits = CollectorLimits()
  package internal(set) var listen = ListenSettings()
  /// Its longest line is `limits.lineBytesMax`, whatever it says itself.
  package internal(set) var listenLimits = ListenLimits()
  package internal(set) var retention = Retention()
  package internal(set) var signals = Signals()
  package internal(set) var usage = Usage()
  package internal(set) var redaction = Redaction()
  package internal(set) var alerts = Alerts()
  package internal(set) var postgres = Postgres()
  package internal(set) var analyzer = Analyzer()
  package internal(set) var detect = Detect()
  package internal(set) var log = Log()
  /// What tenants have of their own, by name. A tenant that is absent has nothing of its own.
  package internal(set) var tenants: [TenantID: Tenant] = [:]

  /// The operator's own dialects, by name.
  var dialectsByName: [String: FieldMapping] = [:]
  /// The same in the order of their names, in which they are tried.
  package var dialects: [FieldMapping] { dialectsByName.sorted { $0.key < $1.key }.map(\.value) }

  /// Where each value that is not a default came from, by its full key.
  var origins: [String: ConfigurationOrigin] = [:]

  /// What is read, and for whom.
  package struct Collector: Sendable {
    /// Nil means the host's name.
    package internal(set) var name: String?
    /// Globs of log files.
    package internal(set) var files: [String] = []
    /// Nil means that nothing decides the tenant of a record where its source does not.
    package internal(set) var tenant: TenantID?
    /// Whether a time without a zone is taken for UTC.
    package internal(set) var assumesUTC = false
    package internal(set) var namespacePattern = NamespacePattern(prefix: "mcp-org-", suffix: "")
  }

  /// How new log files are found.
  package struct Discovery: Sendable {
    package internal(set) var interval = Duration.milliseconds(500)
    package internal(set) var watch = true
  }

  /// Where lines wait that cannot be read again, and how many.
  package struct Spool: Sendable {
    /// Nil means: under `dataDirectory`.
    package internal(set) var directory: String?
    package internal(set) var limits = SpoolLimits()
  }

  /// Relative to the working directory unless absolute.
  package var spoolDirectory: String { spool.directory ?? "\(dataDirectory)/spool" }

  /// How long records are kept.
  package struct Retention: Sendable {
    /// What compliance asks: to keep less must be confirmed.
    package static let unconfirmedMinimum = Duration.days(90)

    package internal(set) var keep = Self.unconfirmedMinimum
    package internal(set) var confirmShorter = false
  }

  /// What becomes of the golden signals.
  package struct Signals: Sendable {
    package internal(set) var keep = Duration.days(400)
    package internal(set) var compactEvery = Duration.seconds(30)
    package internal(set) var cgroupRoot = "/sys/fs/cgroup"
  }

  /// What calls cost, who belongs together, and what may be spent.
  package struct Usage: Sendable {
    package internal(set) var prices: [UsagePrice] = []
    package internal(set) var teams: [UsageTeam] = []
    package internal(set) var budgets: [UsageBudget] = []
  }

  /// How the database is talked to, and where an embedded one is started from.
  package struct Postgres: Sendable {
    package internal(set) var connectTimeout = Duration.seconds(5)
    package internal(set) var statementTimeout = Duration.seconds(30)
    /// Nil means: search where distributions put them.
    package internal(set) var serverBinaries: String?
  }

  /// What the process says about itself.
  package struct Log: Sendable {
    package internal(set) var level = LogLevel.info
  }

  /// What becomes of what the redactor finds.
  package struct Redaction: Sendable {
    package internal(set) var mode = RedactionMode.mask
    package internal(set) var modes: [RedactionException] = []
    package internal(set) var allowPaths: [String] = []
    package internal(set) var allowValues: [String] = []
    package internal(set) var pseudonymKeyFile: String?
    package internal(set) var pseudonymEpoch = 1
    package internal(set) var rules: [RedactionRule] = []
    package internal(set) var tests: [RedactionTest] = []
  }

  /// The same of one tenant; what it leaves out is the installation's.
  package struct TenantRedaction: Sendable {
    package internal(set) var mode: RedactionMode?
    package internal(set) var modes: [RedactionException] = []
    package internal(set) var allowPaths: [String] = []
    package internal(set) var allowValues: [String] = []
    package internal(set) var pseudonymKeyFile: String?
    package internal(set) var pseudonymEpoch: Int?
    package internal(set) var rules: [RedactionRule] = []
    package internal(set) var tests: [RedactionTest] = []
  }

  /// What one tenant has of its own.
  package struct Tenant: Sendable {
    package internal(set) var redaction = TenantRedaction()
    package internal(set) var detect = TenantDetect()
    /// Nil means that the installation's retention holds.
    package internal(set) var keep: Duration?
    package internal(set) var confirmShorter = false
  }

  /// How the values of `tenant` are redacted: each setting its own where it has one, else the installation's. Rules are added to
  /// the installation's, so that a tenant that has some does not lose the others; tests are its own.
  package func redaction(for tenant: TenantID) -> Redaction {
    guard let own = tenants[tenant]?.redaction else { return redaction }
    var merged = redaction
    merged.mode = own.mode ?? merged.mode
    if !own.modes.isEmpty { merged.modes = own.modes }
    if !own.allowPaths.isEmpty { merged.allowPaths = own.allowPaths }
    if !own.allowValues.isEmpty { merged.allowValues = own.allowValues }
    merged.rules.removeAll { rule in own.rules.contains { $0.name == rule.name } }
    merged.rules += own.rules
    merged.tests = own.tests
    merged.pseudonymKeyFile = own.pseudonymKeyFile ?? merged.pseudonymKeyFile
    merged.pseudonymEpoch = own.pseudonymEpoch ?? merged.pseudonymEpoch
    return merged
  }

  /// How long the records of `tenant` are kept: its own retention where it has one, else the installation's.
  package func retention(for tenant: TenantID) -> Duration {
    tenants[tenant]?.keep ?? retention.keep
  }
}
