package import AuditModel

/// How a Kubernetes namespace names its tenant: a text with `<tenant>` in one place, such as `mcp-org-<tenant>`.
package struct NamespacePattern: Hashable, Sendable, CustomStringConvertible {
  private static let placeholder = "<tenant>"

  private let prefix: String
  private let suffix: String

  /// Reads a pattern.
  package init(parsing text: String) throws(GrammarProblem) {
    let parts = text.split(separator: Self.placeholder, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw GrammarProblem("must contain \(Self.placeholder) exactly once, as in mcp-org-\(Self.placeholder)")
    }
    self.init(prefix: String(parts[0]), suffix: String(parts[1]))
  }

  init(prefix: String, suffix: String) {
    self.prefix = prefix
    self.suffix = suffix
  }

  /// The part of `namespace` that stands for the tenant, or nil where the namespace is not of this pattern or the
  /// part is no name of a tenant.
  package func tenant(inNamespace namespace: String) -> TenantID? {
    guard namespace.hasPrefix(prefix), namespace.hasSuffix(suffix),
      namespace.utf8.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    return TenantID(String(namespace.dropFirst(prefix.count).dropLast(suffix.count)))
  }

  package var description: String { prefix + Self.placeholder + suffix }
}

extension Grammar where Value == NamespacePattern {
  static let namespacePattern = Grammar("pattern of a namespace") { text throws(GrammarProblem) in
    try NamespacePattern(parsing: text)
  } print: {
    $0.description
  }
}
