/// What the API server of a Kubernetes cluster says of a pod, as far as the operator wants it kept, beside what the path of its log
/// files says anyway.
package struct PodMetadata: Sendable, Hashable {
  /// The uid as the path of the pod's log files has it. A static pod has none of its own there but the hash of its manifest.
  package var uid: String
  package var namespace: String
  package var pod: String
  /// The node that it runs on.
  package var node: String
  /// Who made it, such as a ReplicaSet; nil for a pod that stands alone.
  package var owner: Owner?
  /// Those that `kubernetes.labels` names.
  package var labels: [String: String]
  /// Those that `kubernetes.annotations` names. They may hold anything, secrets too.
  package var annotations: [String: String]
  /// The value of the label that decides the tenant, whether or not that label is kept.
  package var tenantLabel: String?
  /// The API server's version of the object: an opaque text, and another one with each change of its status.
  package var resourceVersion: String

  package struct Owner: Sendable, Hashable {
    package var kind: String
    package var name: String

    package init(kind: String, name: String) {
      self.kind = kind
      self.name = name
    }
  }

  package init(
    uid: String, namespace: String, pod: String, node: String, owner: Owner? = nil, labels: [String: String] = [:],
    annotations: [String: String] = [:], tenantLabel: String? = nil, resourceVersion: String
  ) {
    self.uid = uid
    self.namespace = namespace
    self.pod = pod
    self.node = node
    self.owner = owner
    self.labels = labels
    self.annotations = annotations
    self.tenantLabel = tenantLabel
    self.resourceVersion = resourceVersion
  }

  /// Whether nothing differs but the version: a change of status is none of ours.
  package func isSame(as other: PodMetadata) -> Bool {
    var other = other
    other.resourceVersion = resourceVersion
    return self == other
  }
}
