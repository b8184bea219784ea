import Glibc
import Subprocess

/// Under which user the server runs: PostgreSQL refuses to run as root.
struct EmbeddedAccount: Hashable {
  let user: uid_t
  let group: gid_t
  /// Whether programs have to be started under another user than our own.
  let needsSwitch: Bool

  /// Our own user; as root the distribution's `postgres`, or else `nobody`.
  static func choose() throws(EmbeddedServerError) -> EmbeddedAccount {
    guard geteuid() == 0 else { return EmbeddedAccount(user: geteuid(), group: getegid(), needsSwitch: false) }
    for name in ["postgres", "nobody"] {
      if let account = look(up: name) { return account }
    }
    throw EmbeddedServerError(
      .directory, "PostgreSQL does not run as root, and this system has neither a user postgres nor nobody.")
  }

  var platformOptions: PlatformOptions {
    var options = PlatformOptions()
    if needsSwitch {
      options.userID = user
      options.groupID = group
      options.supplementaryGroups = []
    }
    return options
  }

  /// Whether the account may enter a directory with these attributes. Access lists are not looked at.
  func mayEnter(_ attributes: stat) -> Bool {
    if user == 0 { return true }
    if attributes.st_uid == user { return attributes.st_mode & S_IXUSR != 0 }
    if attributes.st_gid == group { return attributes.st_mode & S_IXGRP != 0 }
    return attributes.st_mode & S_IXOTH != 0
  }

  private static func look(up name: String) -> EmbeddedAccount? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil, entry.pw_uid != 0 else {
      return nil
    }
    return EmbeddedAccount(user: entry.pw_uid, group: entry.pw_gid, needsSwitch: true)
  }
}
