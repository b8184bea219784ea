import Glibc

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

  /// The command line that runs a program under this account.
  ///
  /// By way of setpriv(1) and not by Subprocess's own `userID`: that calls glibc's setgroups in a cloned child of a
  /// process with many threads, where it waits for ever if a thread was starting or ending at that moment (seen with
  /// 1.0.2).
  func command(_ program: String, _ arguments: [String]) throws(EmbeddedServerError) -> [String] {
    guard needsSwitch else { return [program] + arguments }
    let places: [String] = ["/usr/bin/setpriv", "/bin/setpriv"]
    guard let setpriv = places.first(where: { access($0, X_OK) == 0 }) else {
      throw EmbeddedServerError(
        .failed(program: "setpriv"),
        "PostgreSQL does not run as root, and setpriv, which changes the user, is missing. Install util-linux, or run "
          + "this program as another user.")
    }
    let options = ["--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--no-new-privs"]
    return [setpriv] + options + ["--", program] + arguments
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
