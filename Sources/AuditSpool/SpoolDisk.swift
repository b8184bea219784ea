import Glibc

/// The calls whose failure the spool has to survive; a test can put others in their place.
package struct SpoolDisk: Sendable {
  /// pwrite(2); a negative number is the negated errno.
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int
  /// fdatasync(2): 0 or errno.
  package var sync: @Sendable (_ descriptor: Int32) -> Int32

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int = Self.write,
    sync: @escaping @Sendable (Int32) -> Int32 = Self.sync
  ) {
    self.write = write
    self.sync = sync
  }

  package static let write: @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int = { descriptor, bytes, offset in
    let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
    return count < 0 ? -Int(errno) : count
  }

  package static let sync: @Sendable (Int32) -> Int32 = { fdatasync($0) == 0 ? 0 : errno }
}
