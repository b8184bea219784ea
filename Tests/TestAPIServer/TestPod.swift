import JSON

/// A pod as the API server knows it.
package struct TestPod: Sendable, Hashable {
  package var uid: String
  package var namespace: String
  package var name: String
  package var labels: [String: String]
  package var annotations: [String: String]
  package var owner: String?

  package init(
    uid: String, namespace: String = "mcp-org-acme", name: String, labels: [String: String] = [:],
    annotations: [String: String] = [:], owner: String? = nil
  ) {
    self.uid = uid
    self.namespace = namespace
    self.name = name
    self.labels = labels
    self.annotations = annotations
    self.owner = owner
  }

  /// Its metadata without the rest, as `as=PartialObjectMetadata` asks for.
  func json(version: Int) -> String {
    var members = [
      "\"name\":\(quoted(name))", "\"namespace\":\(quoted(namespace))", "\"uid\":\(quoted(uid))",
      "\"resourceVersion\":\"\(version)\"", "\"creationTimestamp\":\"2026-11-25T12:00:00Z\"",
    ]
    if !labels.isEmpty { members.append("\"labels\":\(object(labels))") }
    if !annotations.isEmpty { members.append("\"annotations\":\(object(annotations))") }
    if let owner {
      members.append(
        "\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\(quoted(owner)),\"controller\":true}]"
      )
    }
    return
      "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\(members.joined(separator: ","))}}"
  }

  private func object(_ texts: [String: String]) -> String {
    "{\(texts.map { "\(quoted($0)):\(quoted($1))" }.joined(separator: ","))}"
  }
}

func quoted(_ text: String) -> String {
  var out: [UInt8] = []
  writeString(Array(text.utf8).span, into: &out)
  return String(decoding: out, as: UTF8.self)
}
