import Glibc

/// Files that came and went between two looks, by the kernel's news of them: made, written, perhaps renamed, deleted. Nobody knows what
/// was in them, only that there was something.
struct UnseenFiles {
  struct Name: Hashable {
    let directory: String
    let name: String
  }

  /// Made since they were last looked at, and whether they were written to.
  private var fresh: [Name: Bool] = [:]
  /// On their way from one name to another, by the renaming's cookie.
  private var moving: [UInt32: Bool] = [:]
  private(set) var gone: [Name] = []

  /// Beyond so many nothing is remembered: it is more than the kernel keeps.
  private static let namesMax = 16_384

  mutating func take(_ event: Inotify.Event, in directory: String) {
    let name = Name(directory: directory, name: event.name)
    if event.mask & UInt32(IN_ISDIR) != 0 { return }
    if event.mask & UInt32(IN_CREATE) != 0 { fresh[name] = false }
    if event.mask & UInt32(IN_MODIFY) != 0, fresh[name] != nil { fresh[name] = true }
    if event.mask & UInt32(IN_MOVED_FROM) != 0, let isWritten = fresh.removeValue(forKey: name) {
      moving[event.cookie] = isWritten
    }
    if event.mask & UInt32(IN_DELETE | IN_MOVED_TO) != 0, fresh.removeValue(forKey: name) == true { gone.append(name) }
    if event.mask & UInt32(IN_MOVED_TO) != 0, let isWritten = moving.removeValue(forKey: event.cookie) {
      fresh[name] = isWritten
    }
    if fresh.count + moving.count > Self.namesMax { (fresh, moving) = ([:], [:]) }
  }

  /// What was looked at meanwhile is seen.
  mutating func settle(isSeen: (Name) -> Bool) { fresh = fresh.filter { !isSeen($0.key) } }

  /// Hands out what is gone.
  mutating func takeGone() -> [Name] {
    defer { gone = [] }
    return gone
  }
}
