/// What is kept of a pod's labels and annotations: names, or `*` at the end of one for all that begin so.
package struct PodSelection: Sendable, Hashable {
  private let labels: NameList
  private let annotations: NameList
  /// The label that decides the tenant; it is read whether or not it is kept.
  let tenantLabel: String?

  /// - Parameters:
  ///   - labels: names such as `app` or `app.kubernetes.io/*`; `*` means all.
  ///   - annotations: likewise.
  package init(labels: [String], annotations: [String], tenantLabel: String? = nil) {
    self.labels = NameList(labels)
    self.annotations = NameList(annotations)
    self.tenantLabel = tenantLabel
  }

  func keptLabels(_ all: [(String, String)], _ limits: KubernetesLimits) -> [String: String] {
    Self.kept(all, labels, limits)
  }

  func keptAnnotations(_ all: [(String, String)], _ limits: KubernetesLimits) -> [String: String] {
    Self.kept(all, annotations, limits)
  }

  /// In the order of their names, so that what does not fit is always the same.
  private static func kept(
    _ all: [(String, String)], _ names: NameList, _ limits: KubernetesLimits
  ) -> [String: String] {
    var kept: [String: String] = [:]
    var room = limits.valuesBytesMax
    for (name, value) in all.sorted(by: { $0.0 < $1.0 }) where names.contains(name) {
      let bytes = name.utf8.count + value.utf8.count
      guard value.utf8.count <= limits.valueBytesMax, bytes <= room else { continue }
      room -= bytes
      kept[name] = value
    }
    return kept
  }
}

private struct NameList: Sendable, Hashable {
  private var exact: Set<String> = []
  private var prefixes: [String] = []

  init(_ patterns: [String]) {
    for pattern in patterns {
      if pattern.hasSuffix("*") { prefixes.append(String(pattern.dropLast())) } else { exact.insert(pattern) }
    }
  }

  func contains(_ name: String) -> Bool { exact.contains(name) || prefixes.contains { name.hasPrefix($0) } }
}
