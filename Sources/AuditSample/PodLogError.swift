import Glibc

/// A log file that could not be written: what was tried, where, and what the system said.
package struct PodLogError: Error, Sendable, CustomStringConvertible {
  package let action: String
  package let path: String
  package let code: Int32

  init(_ action: String, _ path: String) {
    self.action = action
    self.path = path
    code = errno
  }

  package var description: String { "Cannot \(action) \(path): \(String(cString: strerror(code)))." }
}
