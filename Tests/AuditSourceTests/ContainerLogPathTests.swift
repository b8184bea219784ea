import AuditSource
import Testing

@Suite("The path of a container's log file")
struct ContainerLogPathTests {
  private static let uid = "df972d75-2a31-4979-9203-5ccbf3b1a3c1"
  private static let hash = "49cc7c1fd3702c40b2686ea7486091d3"
  private static let id = "a7317399f3f857173c6179d44823594f8294678dea9999662e5c625b5a1c7657"

  @Test(
    "tells namespace, pod, uid, container, restarts and the container's id, each where the layout has it",
    arguments: [
      (
        "/var/log/pods/prd_xyz-v2-67866f8657-7vhnw_\(uid)/xyz-v2/0.log", "prd xyz-v2-67866f8657-7vhnw \(uid) xyz-v2 0 -"
      ),
      ("/var/log/pods/prd_x_\(uid)/x/12.log.20211014-183627", "prd x \(uid) x 12 -"),
      ("/var/log/pods/prd_x_\(uid)/x/0.log.20211014-183627.gz", "prd x \(uid) x 0 -"),
      ("/var/log/pods/kube-system_etcd-node_\(hash)/etcd/1.log", "kube-system etcd-node \(hash) etcd 1 -"),
      ("/var/log/pods/\(hash)/kube-scheduler/0.log", "- - \(hash) kube-scheduler 0 -"),
      ("/var/log/pods/\(uid)/tool/3.log", "- - \(uid) tool 3 -"),
      ("/var/log/containers/x-7vhnw_prd_xyz-v2-\(id).log", "prd x-7vhnw - xyz-v2 - \(id)"),
      (
        "/var/log/containers/pod-name2_namespace-name2_container-b-deadbeef.log",
        "namespace-name2 pod-name2 - container-b - deadbeef"
      ),
      ("/var/lib/docker/containers/\(id)/\(id)-json.log", "- - - - - \(id)"),
      ("/var/lib/docker/containers/\(id)/\(id)-json.log.2", "- - - - - \(id)"),
    ] as [(String, String)])
  func layouts(path: String, words: String) throws {
    let found = try #require(ContainerLogPath(path))
    let parts = [
      found.namespace, found.pod, found.uid, found.container, found.restarts.map { "\($0)" }, found.containerID,
    ]
    #expect(parts.map { $0 ?? "-" }.joined(separator: " ") == words)
  }

  @Test(
    "is not taken for one where it only resembles one",
    arguments: [
      "/var/log/app.log", "/pods/a_b/c/0.log", "/pods/a_b_c/d/x.log", "/pods/__/d/0.log", "/pods/a_b_c/d/0.txt",
      "/pods/a_b_c/d/0.logs", "/pods/plain/d/0.log", "/containers/a_b.log", "/containers/a_b_c.log",
      "/var/lib/docker/containers/abc/def-json.log", "/pods/a_b_c/d/0.log.20211014-183627.tmp", "", "/",
    ])
  func others(path: String) {
    #expect(ContainerLogPath(path) == nil)
  }

  @Test("tells what lies among a pod's logs and is none of them")
  func foreign() {
    for path in ["/var/log/pods/a_b_c/d/notanumber.log", "/var/log/pods/a_b_c/d/0.log.20211014-183627.tmp"] {
      #expect(ContainerLogPath.isForeign(path))
    }
    for path in ["/var/log/pods/a_b_c/d/0.log", "/srv/a_b_c/d/app.log", "/var/log/pods/readme"] {
      #expect(!ContainerLogPath.isForeign(path))
    }
  }
}
