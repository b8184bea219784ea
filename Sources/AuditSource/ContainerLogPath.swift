/// What the path of a container's log file says of it. Four layouts, with or without a rotation's suffix:
///
/// - `…/pods/<namespace>_<pod>_<uid>/<container>/<restarts>.log`, kubelet's; `_` cannot occur in the three names, so the split is
///   exact. A static pod's uid is the hash of its manifest.
/// - `…/pods/<uid>/<container>/<restarts>.log`, kubelet's before 1.14.
/// - `…/containers/<pod>_<namespace>_<container>-<id>.log`, kubelet's symbolic links to the former.
/// - `…/containers/<id>/<id>-json.log`, docker's json-file.
package struct ContainerLogPath: Hashable, Sendable {
  package private(set) var namespace: String?
  package private(set) var pod: String?
  package private(set) var uid: String?
  package private(set) var container: String?
  /// How often the container was restarted before: each count is a container of its own.
  package private(set) var restarts: Int?
  package private(set) var containerID: String?

  package init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard let name = parts.last else { return nil }
    if parts.count >= 3, let pod = Self.pod(parts), let restarts = Self.restarts(name) {
      self = pod
      container = String(parts[parts.count - 2])
      self.restarts = restarts
    } else if parts.count >= 2, parts[parts.count - 2] == "containers", let link = Self.link(name) {
      self = link
    } else if parts.count >= 2, let id = Self.docker(directory: parts[parts.count - 2], name) {
      self.init(containerID: id)
    } else {
      return nil
    }
  }

  private init(
    namespace: String? = nil, pod: String? = nil, uid: String? = nil, container: String? = nil,
    containerID: String? = nil
  ) {
    (self.namespace, self.pod, self.uid) = (namespace, pod, uid)
    (self.container, self.containerID) = (container, containerID)
  }

  /// Whether it says which pod it belongs to.
  package var namesPod: Bool { namespace != nil || uid != nil }

  /// Whether a file lies where kubelet keeps the logs of pods and is none of them, such as one that is still being compressed.
  package static func isForeign(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard parts.count >= 4, parts[parts.count - 4] == "pods", pod(parts) != nil else { return false }
    return restarts(parts[parts.count - 1]) == nil
  }

  private static func pod(_ parts: [Substring]) -> Self? {
    let directory = parts[parts.count - 3]
    let names = directory.split(separator: "_", omittingEmptySubsequences: false)
    if names.count == 3, names.allSatisfy({ !$0.isEmpty }) {
      return Self(namespace: String(names[0]), pod: String(names[1]), uid: String(names[2]))
    }
    guard names.count == 1, parts.count >= 4, parts[parts.count - 4] == "pods", isUID(directory) else { return nil }
    return Self(uid: String(directory))
  }

  /// A UUID, or a static pod's 32 hexadecimal digits.
  private static func isUID(_ text: Substring) -> Bool {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    return digits.count == 32 && (text.utf8.count == 32 || text.utf8.count == 36)
      && isHex(Substring(decoding: digits, as: UTF8.self))
  }

  private static func restarts(_ name: Substring) -> Int? {
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits) else { return nil }
    let rest = name.dropFirst(digits.count)
    guard rest.hasPrefix(".log") else { return nil }
    let suffix = rest.dropFirst(4)
    return (suffix.isEmpty || suffix.hasPrefix(".") || suffix.hasPrefix("-")) && !suffix.hasSuffix(".tmp") ? count : nil
  }

  /// A container's name may hold `-`; its id is what stands after the last one.
  private static func link(_ name: Substring) -> Self? {
    guard name.hasSuffix(".log") else { return nil }
    let names = name.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
    guard names.count == 3, names.allSatisfy({ !$0.isEmpty }), let dash = names[2].lastIndex(of: "-") else {
      return nil
    }
    let (container, id) = (names[2][..<dash], names[2][names[2].index(after: dash)...])
    guard !container.isEmpty, isHex(id) else { return nil }
    return Self(
      namespace: String(names[1]), pod: String(names[0]), container: String(container), containerID: String(id))
  }

  private static func docker(directory: Substring, _ name: Substring) -> String? {
    guard isHex(directory), directory.utf8.count == 64, name.hasPrefix("\(directory)-json.log") else { return nil }
    let suffix = name.dropFirst(directory.count + "-json.log".count)
    return suffix.isEmpty || suffix.hasPrefix(".") ? String(directory) : nil
  }

  private static func isHex(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39) ~= $0 || (0x61...0x66) ~= $0 }
  }
}
