/// Everything that could grow or hang when one talks to an API server, with its bound.
package struct KubernetesLimits: Sendable, Hashable {
  /// Pods that are known at a time, those that left a moment ago among them. Of more the metadata is missing, and that is counted.
  package var podsMax = 10_000
  /// Pods that are asked for at once.
  package var pageItemsMax = 500
  /// Bytes of one answer to a list.
  package var listBytesMax = 64 << 20
  /// Bytes of one event of a watch; a larger one is skipped. etcd takes objects up to 1.5 MiB.
  package var eventBytesMax = 4 << 20
  /// Bytes of one value that is kept; a longer one is left out as a whole, because half a secret is not recognised as one.
  package var valueBytesMax = 4 << 10
  /// Bytes of all labels, or of all annotations, that are kept of a pod.
  package var valuesBytesMax = 16 << 10
  /// How long a pod that left is remembered: its last lines may not be read yet.
  package var goneKept = Duration.seconds(600)

  package var connectTimeout = Duration.seconds(5)
  /// From asking to the last byte.
  package var listTimeout = Duration.seconds(30)
  /// The API server ends a watch after this long, half as long again, or between: the watches of many nodes do not end together.
  package var watchSeconds = 300
  /// A watch that says nothing for this long is taken for dead. API servers send a bookmark each minute.
  package var idleTimeout = Duration.seconds(150)

  /// Delays between attempts: the first is at most this long, each next one twice as long, up to `delayMax`; a random half of it is left out.
  package var delayMin = Duration.seconds(1)
  package var delayMax = Duration.seconds(60)
  /// The longest that an answer's Retry-After is obeyed.
  package var retryAfterMax = Duration.seconds(300)
  /// Before the first request: a DaemonSet starts on all nodes at once.
  package var firstDelayMax = Duration.milliseconds(500)
  /// A watch that ended sooner and brought nothing was a failure.
  package var watchWorthMin = Duration.seconds(5)

  package init() {}
}
