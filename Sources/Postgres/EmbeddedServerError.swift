/// Why the private PostgreSQL cannot be used, in a sentence or two that say what to do.
package struct EmbeddedServerError: Error, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// No PostgreSQL server of a fitting version is installed.
    case noServer
    /// Another process works with this directory.
    case inUse
    /// The directory cannot be created, entered or used.
    case directory
    /// initdb, pg_ctl or the server itself failed.
    case failed(program: String)
  }

  package let kind: Kind
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
