import AuditModel
import Testing

@testable import AuditKubernetes

@Suite("Objects of the Kubernetes API")
struct PodObjectTests {
  private static func reader(
    labels: [String] = ["*"], annotations: [String] = [], tenantLabel: String? = nil,
    limits: KubernetesLimits = KubernetesLimits()
  ) -> PodObjectReader {
    PodObjectReader(
      node: "n1", selection: PodSelection(labels: labels, annotations: annotations, tenantLabel: tenantLabel),
      limits: limits)
  }

  private static let metadata = #"""
    "metadata":{"name":"tools-5d4-x","generateName":"tools-5d4-","namespace":"mcp-org-acme","uid":"u-1","resourceVersion":"42",
    "labels":{"app":"tools","team":"a\"b"},"annotations":{"note":"hello","secret/token":"s3cret"},
    "ownerReferences":[{"kind":"Other","name":"o"},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"tools-5d4","controller":true}],
    "managedFields":[{"manager":"kubelet","fieldsV1":{"f:status":{"k:{\"type\":\"x\"}":{}}}}]}
    """#

  private func event(_ text: String, _ reader: PodObjectReader = reader()) throws -> PodObjectReader.Event {
    var reader = reader
    return try reader.event(Array(text.utf8).span)
  }

  private func pod(_ metadata: String, _ reader: PodObjectReader = reader()) throws -> PodMetadata {
    let event = try event(#"{"type":"ADDED","object":{"kind":"Pod",\#(metadata)}}"#, reader)
    guard case .changed(let pod) = event else { throw APIFailure.malformed("\(event)") }
    return pod
  }

  @Test("A pod, with the owner that controls it, and of the annotations none")
  func whole() throws {
    #expect(
      try pod(Self.metadata)
        == PodMetadata(
          uid: "u-1", namespace: "mcp-org-acme", pod: "tools-5d4-x", node: "n1",
          owner: .init(kind: "ReplicaSet", name: "tools-5d4"), labels: ["app": "tools", "team": "a\"b"],
          resourceVersion: "42"))
  }

  @Test("What is kept is what is named; the tenant's label is read all the same")
  func selection() throws {
    let pod = try pod(
      Self.metadata, Self.reader(labels: ["te*"], annotations: ["note", "secret/*"], tenantLabel: "app"))
    #expect(pod.labels == ["team": "a\"b"])
    #expect(pod.annotations == ["note": "hello", "secret/token": "s3cret"])
    #expect(pod.tenantLabel == "tools")
  }

  @Test("A value that is too long is left out as a whole, and so is what does not fit together")
  func bounds() throws {
    var limits = KubernetesLimits()
    limits.valueBytesMax = 10
    limits.valuesBytesMax = 30
    let metadata =
      #""metadata":{"name":"p","namespace":"n","uid":"u","resourceVersion":"1","annotations":{"#
      + #""a":"12345678901","b":"1234567890","c":"1234567890","d":"1234567890","e":"12"}}"#
    let pod = try pod(metadata, Self.reader(annotations: ["*"], limits: limits))
    #expect(pod.annotations == ["b": "1234567890", "c": "1234567890", "e": "12"])
  }

  @Test("A static pod is known by its manifest's hash, which is what its log directory is called")
  func staticPod() throws {
    let mirror =
      #""metadata":{"name":"etcd-n1","namespace":"kube-system","uid":"api-uid","resourceVersion":"1","annotations":{"#
      + #""kubernetes.io/config.hash":"8a9f","kubernetes.io/config.mirror":"8a9f","kubernetes.io/config.source":"file"}}"#
    #expect(try pod(mirror).uid == "8a9f")
    // Somebody's own annotation makes no mirror.
    let forged =
      #""metadata":{"name":"x","namespace":"n","uid":"api-uid","resourceVersion":"1","annotations":{"kubernetes.io/config.hash":"8a9f"}}"#
    #expect(try pod(forged).uid == "api-uid")
  }

  @Test("The events of a watch")
  func events() throws {
    #expect(
      try event(#"{"type":"DELETED","object":{\#(Self.metadata)}}"#) == .deleted(uid: "u-1", resourceVersion: "42"))
    #expect(
      try event(
        #"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"99","creationTimestamp":null}}}"#)
        == .bookmark(resourceVersion: "99"))
    #expect(
      try event(#"{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","code":410}}"#)
        == .error(.expired))
    #expect(try event(#"{"type":"ERROR","object":{"kind":"Status"}}"#) == .error(.refused(status: 500)))
    #expect(try event(#"{"type":"ERROR","object":{"code":200}}"#) == .error(.refused(status: 500)))
  }

  @Test(
    "What is none",
    arguments: [
      "", "{", "[]", "null", #"{"type":"ADDED"}"#, #"{"type":"NEW","object":{}}"#, #"{"type":"ADDED","object":[]}"#,
      #"{"type":"ADDED","object":{"metadata":{"name":"x"}}}"#, #"{"type":"BOOKMARK","object":{}}"#, "<html>",
      #"{"type":1,"object":{}}"#, "\u{0}\u{1}",
    ])
  func garbage(_ text: String) {
    #expect(throws: APIFailure.self) { try event(text) }
  }

  @Test("Any change of any byte is survived", arguments: 0..<40 as Range<UInt64>)
  func mutated(_ seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    var reader = Self.reader(annotations: ["*"])
    for _ in 0..<100 {
      var bytes = Array(#"{"type":"ADDED","object":{"kind":"Pod",\#(Self.metadata)}}"#.utf8)
      for _ in 0..<3 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256) }
      _ = try? reader.event(bytes.span)
      _ = try? reader.page(bytes.span)
    }
  }

  @Test("A list, a page of one, and an empty one as Go writes it")
  func lists() throws {
    var reader = Self.reader()
    let first = try reader.page(
      Array(
        #"{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"c1"},"items":[{\#(Self.metadata)},{"spec":{}}]}"#
          .utf8
      ).span)
    #expect(first.pods.map(\.uid) == ["u-1"] && first.continueToken == "c1" && first.resourceVersion == "7")
    #expect(first.malformed == 1)
    let empty = try reader.page(Array(#"{"metadata":{"resourceVersion":"7"},"items":null}"#.utf8).span)
    #expect(empty.pods.isEmpty && empty.continueToken == nil)
    #expect(throws: APIFailure.self) { try reader.page(Array(#"{"metadata":{}}"#.utf8).span) }
  }
}
