import Glibc

extension Span where Element == UInt8 {
  /// Index of the first line feed at or after `start`.
  func firstNewline(from start: Int) -> Int? {
    precondition(start >= 0 && start <= count)
    return withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, let found = memchr(base + start, 0x0A, buffer.count - start) else {
        return nil
      }
      return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }
  }
}
