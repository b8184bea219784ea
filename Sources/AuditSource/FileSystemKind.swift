import CFileStatus

/// File systems that other hosts may write to: the kernel tells nothing of their writes, so they are looked at again and again.
enum FileSystemKind {
  /// Magic numbers from statfs(2) and linux/magic.h: NFS, SMB, CIFS, SMB2, FUSE, 9p, Ceph, AFS, OCFS2, GFS2, Lustre.
  private static let shared: Set<UInt32> = [
    0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546, 0x0102_1997, 0x00C3_6400, 0x5346_414F, 0x7461_636F,
    0x0116_1970,
    0x0BD0_0BD0,
  ]

  static func tellsOfWrites(_ directory: String) -> Bool {
    !shared.contains(file_system_of_path(directory.isEmpty ? "." : directory))
  }
}
