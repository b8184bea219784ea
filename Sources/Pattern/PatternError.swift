/// Why a text is no pattern, for whoever wrote it.
package struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Counts characters (Unicode scalars) from 1.
  package let column: Int
  /// A sentence without its full stop, with what to write in place where there is something.
  package let message: String

  package var description: String { "column \(column): \(message)" }

  /// Whether the choice of the capture is to blame, and not the pattern itself.
  package let isOfCapture: Bool

  init(at index: Int, _ message: String, isOfCapture: Bool = false) {
    column = index + 1
    self.message = message
    self.isOfCapture = isOfCapture
  }
}
