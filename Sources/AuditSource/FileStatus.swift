package import AuditModel
import CFileStatus
import Glibc

/// What the file system says of a file.
package struct FileStatus: Sendable, Hashable {
  package let identity: FileIdentity
  package let byteCount: Int64
  /// Nanoseconds since 1970 of the last write.
  package let modified: Int64
  package let isRegular: Bool
  let isDirectory: Bool

  /// Of what the path leads to, symbolic links followed; nil where there is nothing or it may not be seen.
  package init?(path: String) {
    var status = file_status()
    guard file_status_of_path(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = file_status()
    guard file_status_of_descriptor(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: file_status) {
    identity = FileIdentity(device: status.device, inode: status.inode, birth: status.birth)
    byteCount = status.byte_count
    modified = status.modified
    isRegular = status.mode & UInt32(S_IFMT) == UInt32(S_IFREG)
    isDirectory = status.mode & UInt32(S_IFMT) == UInt32(S_IFDIR)
  }
}
