/// Where a value, or a problem, comes from.
package enum ConfigurationOrigin: Hashable, Sendable, CustomStringConvertible {
  case defaults
  /// Line and column count from 1; nil where the file as a whole is meant.
  case file(path: String, line: Int? = nil, column: Int? = nil)
  case environment(name: String)
  /// With its dashes.
  case flag(name: String)

  package var description: String {
    switch self {
    case .defaults: "default"
    case .file(let path, let line, _): line.map { "file \(path):\($0)" } ?? "file \(path)"
    case .environment(let name): "environment \(name)"
    case .flag(let name): "flag \(name)"
    }
  }
}
