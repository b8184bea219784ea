import Glibc

/// Why a measurement could not be made, or is not worth anything.
struct BenchError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// With what the system said last.
  static func system(_ action: String, code: Int32 = errno) -> BenchError {
    BenchError("Cannot \(action): \(String(cString: strerror(code))).")
  }
}
