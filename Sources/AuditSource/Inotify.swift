import Glibc

/// The kernel's news about directories, inotify(7).
///
/// One watch a directory tells of the names in it and of writes to its files; a file needs none of its own. Not told are writes by
/// other hosts, writes through a hard link elsewhere, and what comes after the queue is full: rescanning finds those.
final class Inotify {
  struct Event {
    /// Which watch; -1 for an overflow.
    let watch: Int32
    let mask: UInt32
    /// The same in both events of one renaming.
    let cookie: UInt32
    /// The name in the directory; empty where the directory itself is meant.
    let name: String

    var isOverflow: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
    /// The directory is gone, and the watch with it.
    var isEnd: Bool { mask & UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT) != 0 }
  }

  let descriptor: Int32
  private let watchesMax: Int
  private var watched: Set<Int32> = []
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// - Parameter watchesMax: directories watched at a time; the kernel has a limit of its own.
  /// - Returns: nil where the kernel has no instance left (`fs.inotify.max_user_instances`).
  init?(watchesMax: Int) {
    self.watchesMax = watchesMax
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Names coming, going and changing their rights, and the directory's own end.
  private static let names = UInt32(
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

  /// Watches a directory; one that is watched already keeps its number, and what was asked of it before.
  /// - Parameter withWrites: whether writes to its files are told too.
  /// - Returns: the watch's number, or nil with `errno` set: ENOSPC where `fs.inotify.max_user_watches` is reached.
  func watch(_ directory: String, withWrites: Bool) -> Int32? {
    let mask = Self.names | UInt32(IN_MASK_ADD) | (withWrites ? UInt32(IN_MODIFY) : 0)
    guard watched.count < watchesMax else {
      errno = ENOSPC
      return nil
    }
    let watch = inotify_add_watch(descriptor, directory.isEmpty ? "." : directory, mask)
    if watch >= 0 { watched.insert(watch) }
    return watch < 0 ? nil : watch
  }

  func unwatch(_ watch: Int32) {
    watched.remove(watch)
    inotify_rm_watch(descriptor, watch)
  }

  /// What was told since the last time; at most some buffers full, so that a flood does not keep the caller from reading files.
  func events(_ body: (Event) -> Void) {
    for _ in 0..<Self.buffersMax {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      var at = 0
      while at + MemoryLayout<inotify_event>.size <= count {
        let (event, length) = buffer.withUnsafeBytes { bytes in
          let head = bytes.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
          let start = at + MemoryLayout<inotify_event>.size
          let name = bytes[start..<min(count, start + Int(head.len))].prefix { $0 != 0 }
          return (
            Event(
              watch: head.wd, mask: head.mask, cookie: head.cookie, name: String(decoding: name, as: UTF8.self)),
            Int(head.len)
          )
        }
        at += MemoryLayout<inotify_event>.size + length
        body(event)
      }
    }
  }

  private static let buffersMax = 16
}
