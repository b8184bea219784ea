package import AuditModel
import JSON

/// A pod's metadata as it is stored.
package struct PodRow: Sendable, Hashable {
  /// Nothing of its labels and annotations.
  package let pod: PodMetadata
  /// JSON objects with their keys in order, redacted.
  package let labels: String
  package let annotations: String
}

extension Redactor {
  /// The row of a pod: labels and annotations are free text, and people do put secrets there. What the pod, its owner and its node are
  /// called stays, as it does in the paths of log files: Kubernetes takes DNS names there and nothing else.
  package mutating func podRow(_ pod: PodMetadata) -> Redacted<PodRow> {
    var bare = pod
    bare.labels = [:]
    bare.annotations = [:]
    bare.tenantLabel = nil
    return Redacted(PodRow(pod: bare, labels: redactedObject(pod.labels), annotations: redactedObject(pod.annotations)))
  }

  private mutating func redactedObject(_ texts: [String: String]) -> String {
    var line: [UInt8] = [UInt8(ascii: "{")]
    for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
      if line.count > 1 { line.append(UInt8(ascii: ",")) }
      writeString(Array(name.utf8).span, into: &line)
      line.append(UInt8(ascii: ":"))
      writeString(Array(value.utf8).span, into: &line)
    }
    line.append(UInt8(ascii: "}"))
    var out: [UInt8] = []
    redactLine(line.span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }
}
