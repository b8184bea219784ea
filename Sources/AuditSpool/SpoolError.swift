import Glibc

/// What the disk said no to.
package struct SpoolError: Error, Sendable, CustomStringConvertible {
  package enum Operation: String, Sendable {
    case create, open, write, sync, rename, lock
    /// A piece that is longer than a frame may be.
    case encode
  }

  package let operation: Operation
  package let path: String
  package let code: Int32

  init(_ operation: Operation, _ path: String, _ code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// No room: it is worth trying again later.
  package var isFull: Bool { code == ENOSPC || code == EDQUOT }

  package var description: String {
    switch (operation, code) {
    case (.lock, EWOULDBLOCK): "Another audittail uses the spool \(path). Give each collector its own: spool.directory."
    case (.encode, _): "A piece for the spool is larger than 1 GiB."
    case (_, EACCES), (_, EPERM), (_, EROFS):
      "Cannot \(operation.rawValue) \(path): \(String(cString: strerror(code))). The spool needs a writable directory: spool.directory."
    default: "Cannot \(operation.rawValue) \(path): \(String(cString: strerror(code)))."
    }
  }
}
