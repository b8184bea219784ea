/// Reads the configuration: flags win over the environment, the environment over the file, the file over defaults.
///
/// A value that loses is still checked, since it would win one day.
package struct ConfigurationLoader: Sendable {
  package typealias FileReader = @Sendable (String) throws(FileReadProblem) -> String

  private let environment: [String: String]
  private let readFile: FileReader

  /// A loader that sees only what it is given.
  package init(
    environment: [String: String] = ProcessEnvironment.variables(),
    readFile: @escaping FileReader = { path throws(FileReadProblem) in try FileText.read(path) }
  ) {
    self.environment = environment
    self.readFile = readFile
  }

  /// The configuration, or all that is wrong with it. Where there are only warnings, `examine` tells them.
  ///
  /// `file` is the value of `--config`; without it the file named by `AUDITTAIL_CONFIG`, if any. `flags` are the values
  /// that were given on the command line, several for a list, for settings that have a flag.
  package func load(file: String?, flags: [SettingKey: [String]] = [:]) throws(ConfigurationProblems) -> Configuration {
    let (configuration, problems) = examine(file: file, flags: flags)
    guard !problems.contains(where: { $0.severity == .error }) else { throw ConfigurationProblems(problems: problems) }
    return configuration
  }

  /// What holds as far as it is understood, and everything that is wrong, warnings included.
  package func examine(file: String?, flags: [SettingKey: [String]] = [:]) -> (
    configuration: Configuration, problems: [ConfigurationProblem]
  ) {
    var assembly = ConfigurationAssembly()
    if let path = file ?? environment[EnvironmentSource.fileVariable].flatMap({ $0.isEmpty ? nil : $0 }) {
      FileSource(path: path).read(with: readFile, into: &assembly)
    }
    EnvironmentSource(variables: environment).read(into: &assembly)
    FlagSource(values: flags).read(into: &assembly)
    assembly.checkTogether()
    return (assembly.configuration, assembly.problems)
  }
}
