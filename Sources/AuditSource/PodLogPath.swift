/// What the path of a pod's log file says, `/var/log/pods/<namespace>_<pod>_<uid>/<container>/<restarts>.log`, with or
/// without a rotation's suffix (kubelet's layout; `_` cannot occur in the three names, so the split is exact).
package struct PodLogPath: Hashable, Sendable {
  package let namespace: String
  package let pod: String
  package let uid: String
  package let container: String
  package let restarts: Int

  package init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard parts.count >= 3 else { return nil }
    let names = parts[parts.count - 3].split(separator: "_", omittingEmptySubsequences: false)
    guard names.count == 3, names.allSatisfy({ !$0.isEmpty }),
      let number = parts[parts.count - 1].split(separator: ".").first, let restarts = Int(number), restarts >= 0,
      parts[parts.count - 1].dropFirst(number.count).hasPrefix(".log")
    else { return nil }
    namespace = String(names[0])
    pod = String(names[1])
    uid = String(names[2])
    container = String(parts[parts.count - 2])
    self.restarts = restarts
  }
}
