extension Configuration {
  /// What the API server of a cluster is asked, and what is kept of its answers.
  package struct Kubernetes: Sendable {
    package internal(set) var metadata = MetadataMode.auto
    /// Nil means the variable NODE_NAME.
    package internal(set) var node: String?
    package internal(set) var labels = ["*"]
    package internal(set) var annotations: [String] = []
    /// Nil means that the namespace alone decides.
    package internal(set) var tenantLabel: String?
    package internal(set) var tenantWait = Duration.seconds(5)
    package internal(set) var serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"
  }
}
