@preconcurrency import Glibc

/// The variables `AUDITTAIL_…`. A list is written with commas; an empty variable is the same as none, since that is
/// what `NAME=${OTHER:-}` gives.
struct EnvironmentSource {
  /// Names the file where `--config` does not.
  static let fileVariable = "AUDITTAIL_CONFIG"

  private static let prefix = "AUDITTAIL_"
  /// Variables of the project's own tests, which no running process reads.
  private static let testPrefix = "AUDITTAIL_TEST_"

  let variables: [String: String]

  func read(into assembly: inout ConfigurationAssembly) {
    let settings = SettingScope.installation.descriptions
    for (name, text) in variables.sorted(by: { $0.key < $1.key })
    where isOurs(name) && !text.isEmpty {
      guard let setting = settings.first(where: { $0.key.environmentName == name }) else {
        if !KubernetesServiceVariable.matches(name, value: text) { reportUnknown(name, to: &assembly) }
        continue
      }
      let texts = setting.isList ? EnvironmentSource.list(text) : [text]
      assembly.set(setting.key.path, in: .installation, to: texts, from: .environment(name: name))
    }
  }

  private func isOurs(_ name: String) -> Bool {
    name.hasPrefix(Self.prefix) && !name.hasPrefix(Self.testPrefix) && name != Self.fileVariable
  }

  private func reportUnknown(_ name: String, to assembly: inout ConfigurationAssembly) {
    let isOfTenant = name.hasPrefix(Self.prefix + SettingScope.tenantsSection.uppercased() + "_")
    assembly.report(
      ConfigurationProblem(
        .warning, at: .environment(name: name),
        isOfTenant
          ? "has no effect: what tenants have of their own is read from the file only" : "is not a known variable",
        suggestion: isOfTenant ? nil : nearest(to: name)))
  }

  /// The prefix, which all share, would make everything near.
  private func nearest(to name: String) -> String? {
    let names = SettingScope.installation.descriptions.map(\.key.environmentName) + [Self.fileVariable]
    let endings = names.map { String($0.dropFirst(Self.prefix.count)) }
    return nearestName(to: String(name.dropFirst(Self.prefix.count)), among: endings).map { Self.prefix + $0 }
  }

  /// Splits at commas, except within braces, which belong to a glob such as `*.{log,txt}`.
  static func list(_ text: String) -> [String] {
    var depth = 0
    var items = [""]
    for character in text {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if character == ",", depth <= 0 { items.append("") } else { items[items.count - 1].append(character) }
    }
    return items
  }
}

/// The environment of this process.
package enum ProcessEnvironment {
  /// All variables by name, read once; bytes that are not UTF-8 are replaced.
  package static func variables() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let parts = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }
}
