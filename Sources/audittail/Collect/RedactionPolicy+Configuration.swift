import AuditConfig
import AuditModel
import AuditRedact

extension RedactionPolicy {
  /// The policy of a tenant as the configuration says it, its key read from its file.
  init(_ redaction: Configuration.Redaction) throws {
    self.init()
    mode = Mode(redaction.mode)
    for exception in redaction.modes { modes[exception.rule] = Mode(exception.mode) }
    allowedPaths = redaction.allowPaths
    allowedValues = redaction.allowValues
    if let file = redaction.pseudonymKeyFile {
      pseudonymKey = try Self.key(file, epoch: UInt32(clamping: redaction.pseudonymEpoch))
    }
    operatorRules = try Self.rules(redaction.rules)
    if let problem = problems.first { throw CommandFailure(.configuration, problem) }
  }

  /// - Throws: all that is wrong with them.
  private static func rules(_ rules: [RedactionRule]) throws(ConfigurationProblems) -> [OperatorRule] {
    var made: [OperatorRule] = []
    var problems: [ConfigurationProblem] = []
    for rule in rules {
      switch OperatorRule.make(rule) {
      case .success(let rule): made.append(rule)
      case .failure(let failure): problems += failure.problems
      }
    }
    guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
    return made
  }

  private static func key(_ file: String, epoch: UInt32) throws -> PseudonymKey {
    let text: String
    do throws(FileReadProblem) {
      text = try FileText.read(file)
    } catch {
      throw CommandFailure(.configuration, "redaction.pseudonym_key_file: \(error)")
    }
    // A line feed at the end is the editor's.
    let bytes = Array(text.utf8.reversed().drop { $0 == 10 || $0 == 13 }.reversed())
    guard let key = PseudonymKey(key: bytes, epoch: epoch) else {
      throw CommandFailure(
        .configuration,
        "redaction.pseudonym_key_file: \(file) holds fewer than \(PseudonymKey.lengthMin) bytes. `head -c 32 /dev/urandom | base64` makes a key."
      )
    }
    return key
  }
}

extension RedactionPolicy.Mode {
  fileprivate init(_ mode: RedactionMode) {
    switch mode {
    case .mask: self = .mask
    case .pseudonym: self = .pseudonym
    case .drop: self = .drop
    case .keep: self = .keep
    }
  }
}
