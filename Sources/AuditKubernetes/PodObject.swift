import AuditModel
import JSON

/// Reads the objects of the Kubernetes API, as far as pods' metadata goes. Both a Pod and a PartialObjectMetadata will do: nothing but
/// `metadata` is looked at.
///
/// Sources: Kubernetes API reference, "ObjectMeta", "ListMeta", "WatchEvent", "Status"; for static pods
/// pkg/kubelet/types/pod_update.go (`kubernetes.io/config.mirror`, `kubernetes.io/config.hash`).
struct PodObjectReader: Sendable {
  let node: String
  let selection: PodSelection
  let limits: KubernetesLimits
  private var tape = JSONTape(depthMax: 64, tokensMax: 4 << 20)

  init(node: String, selection: PodSelection, limits: KubernetesLimits = KubernetesLimits()) {
    self.node = node
    self.selection = selection
    self.limits = limits
  }

  /// One answer to a list.
  struct Page: Sendable {
    var pods: [PodMetadata]
    var resourceVersion: String
    var continueToken: String?
    /// Items that are no pods.
    var malformed: Int
  }

  /// One line of a watch.
  enum Event: Sendable, Hashable {
    case changed(PodMetadata)
    case deleted(uid: String, resourceVersion: String)
    case bookmark(resourceVersion: String)
    /// The watch cannot go on.
    case error(APIFailure)
  }

  mutating func page(_ bytes: Span<UInt8>) throws(APIFailure) -> Page {
    try scan(bytes)
    guard let metadata = object(0, "metadata", bytes), let items = tape.member(of: 0, named: "items", in: bytes)
    else { throw .malformed("a list without metadata or items") }
    var page = Page(
      pods: [], resourceVersion: text(metadata, "resourceVersion", bytes) ?? "",
      continueToken: text(metadata, "continue", bytes), malformed: 0)
    // `"items": null` is how Go writes an empty list.
    if tape.tokens[items].kind == .null { return page }
    guard tape.tokens[items].kind == .array else { throw .malformed("items are no array") }
    tape.forEachElement(of: items) { item in
      if let pod = pod(item, bytes) { page.pods.append(pod) } else { page.malformed += 1 }
    }
    return page
  }

  mutating func event(_ bytes: Span<UInt8>) throws(APIFailure) -> Event {
    try scan(bytes)
    guard let type = text(0, "type", bytes), let object = object(0, "object", bytes) else {
      throw .malformed("an event without type or object")
    }
    switch type {
    case "ADDED", "MODIFIED", "DELETED":
      guard let pod = pod(object, bytes) else { throw .malformed("an event about no pod") }
      return type == "DELETED" ? .deleted(uid: pod.uid, resourceVersion: pod.resourceVersion) : .changed(pod)
    case "BOOKMARK":
      guard let metadata = self.object(object, "metadata", bytes),
        let version = text(metadata, "resourceVersion", bytes)
      else { throw .malformed("a bookmark without a version") }
      return .bookmark(resourceVersion: version)
    case "ERROR":
      let code = tape.member(of: object, named: "code", in: bytes).flatMap {
        tape.decimal(tape.tokens[$0], in: bytes, scale: 0)
      }
      return .error(APIFailure(status: Int(code ?? 500)) ?? .refused(status: 500))
    default: throw .malformed("an event of an unknown type")
    }
  }

  private mutating func scan(_ bytes: Span<UInt8>) throws(APIFailure) {
    do {
      try tape.scan(bytes)
    } catch {
      throw .malformed("no JSON (\(error.reason.rawValue))")
    }
  }

  private func pod(_ index: Int, _ bytes: Span<UInt8>) -> PodMetadata? {
    guard let metadata = object(index, "metadata", bytes), let uid = text(metadata, "uid", bytes),
      let name = text(metadata, "name", bytes), let namespace = text(metadata, "namespace", bytes),
      let version = text(metadata, "resourceVersion", bytes)
    else { return nil }
    let labels = texts(metadata, "labels", bytes)
    let annotations = texts(metadata, "annotations", bytes)
    return PodMetadata(
      uid: Self.pathUID(uid, annotations), namespace: namespace, pod: name, node: node, owner: owner(metadata, bytes),
      labels: selection.keptLabels(labels, limits), annotations: selection.keptAnnotations(annotations, limits),
      tenantLabel: selection.tenantLabel.flatMap { wanted in labels.first { $0.0 == wanted }?.1 },
      resourceVersion: version)
  }

  /// The API server knows a static pod by its mirror, which has a uid of its own. The kubelet names the log directory after the hash of
  /// the manifest, and writes that into the mirror's annotations.
  private static func pathUID(_ uid: String, _ annotations: [(String, String)]) -> String {
    guard annotations.contains(where: { $0.0 == "kubernetes.io/config.mirror" }) else { return uid }
    func value(_ name: String) -> String? { annotations.first { $0.0 == name }?.1 }
    return value("kubernetes.io/config.hash") ?? value("kubernetes.io/config.mirror") ?? uid
  }

  /// The owner that is called controller, or the first one.
  private func owner(_ metadata: Int, _ bytes: Span<UInt8>) -> PodMetadata.Owner? {
    guard let list = tape.member(of: metadata, named: "ownerReferences", in: bytes), tape.tokens[list].kind == .array
    else { return nil }
    var found: PodMetadata.Owner?
    var isController = false
    tape.forEachElement(of: list) { item in
      guard !isController, tape.tokens[item].kind == .object, let kind = text(item, "kind", bytes),
        let name = text(item, "name", bytes)
      else { return }
      isController =
        tape.member(of: item, named: "controller", in: bytes).map { tape.tokens[$0].kind == .true } ?? false
      if isController || found == nil { found = PodMetadata.Owner(kind: kind, name: name) }
    }
    return found
  }

  private func object(_ index: Int, _ name: StaticString, _ bytes: Span<UInt8>) -> Int? {
    guard let found = tape.member(of: index, named: name, in: bytes), tape.tokens[found].kind == .object else {
      return nil
    }
    return found
  }

  private func text(_ index: Int, _ name: StaticString, _ bytes: Span<UInt8>) -> String? {
    guard let found = tape.member(of: index, named: name, in: bytes), tape.tokens[found].kind == .string else {
      return nil
    }
    return text(found, bytes)
  }

  /// U+0000 and lone surrogates, which PostgreSQL does not hold, come out as U+FFFD.
  private func text(_ index: Int, _ bytes: Span<UInt8>) -> String {
    var out: [UInt8] = []
    tape.decodeString(tape.tokens[index], in: bytes, unrepresentable: .replaced, into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// A map of texts; what is no text in it is left out.
  private func texts(_ index: Int, _ name: StaticString, _ bytes: Span<UInt8>) -> [(String, String)] {
    guard let map = object(index, name, bytes) else { return [] }
    var all: [(String, String)] = []
    tape.forEachMember(of: map) { key, value in
      if tape.tokens[value].kind == .string { all.append((text(key, bytes), text(value, bytes))) }
    }
    return all
  }
}
