/// The container whose log a record was in: what the path of the log says, and what was known of the pod at the record's time.
package struct PodPlace: Sendable, Hashable {
  package var namespace: String
  package var pod: String
  package var container: String
  /// Nil where the API server was not asked, or did not answer.
  package var node: String?
  /// A JSON object, redacted.
  package var labels: String?

  package init(namespace: String, pod: String, container: String, node: String? = nil, labels: String? = nil) {
    self.namespace = namespace
    self.pod = pod
    self.container = container
    self.node = node
    self.labels = labels
  }
}
