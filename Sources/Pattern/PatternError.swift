/// Why a text is no pattern, for whoever wrote it.
package struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Counts characters (Unicode scalars) from 1.
  package let column: Int
  /// A sentence without its full stop, with what to write in place where there is something.
  package let message: String

  package var description: String { "column \(column): \(message)" }

  init(at index: Int, _ message: String) {
    column = index + 1
    self.message = message
  }
}
