extension Configuration {
  /// How the analyzer works.
  package struct Analyzer: Sendable {
    /// Nil means the database of everything else.
    package internal(set) var lockDatabase: DatabaseURL?
  }
}
