import ArgumentParser
import Foundation
import Testing
import Yams

@testable import AuditConfig
@testable import audittail

/// What `deploy/kubernetes` runs, held against the program: its flags, its port, its paths, its configuration.
@Suite("The Kubernetes manifests")
struct ManifestTests {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../deploy/kubernetes").standardized

  private static func documents() throws -> [[String: Any]] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().filter { $0.hasSuffix(".yaml") }
      .flatMap { file in
        try Yams.load_all(yaml: String(contentsOf: directory.appending(path: file), encoding: .utf8))
          .compactMap { $0 as? [String: Any] }
      }
  }

  /// The pod that a workload makes.
  private static func podSpec(_ document: [String: Any]) -> [String: Any]? {
    var spec = document["spec"] as? [String: Any]
    if let job = spec?["jobTemplate"] as? [String: Any] { spec = job["spec"] as? [String: Any] }
    return (spec?["template"] as? [String: Any])?["spec"] as? [String: Any]
  }

  private static func pods() throws -> [(name: String, spec: [String: Any])] {
    try documents().compactMap { document in
      podSpec(document).map { ("\(document["kind"] ?? "") \(name(document))", $0) }
    }
  }

  private static func name(_ document: [String: Any]) -> String {
    (document["metadata"] as? [String: Any])?["name"] as? String ?? ""
  }

  private static func list(_ value: Any?) -> [[String: Any]] { value as? [[String: Any]] ?? [] }

  @Test("give the program commands and flags that it has")
  func flags() throws {
    var commands: Set<String> = []
    for pod in try Self.pods() {
      for container in Self.list(pod.spec["containers"]) {
        let args = try #require(container["args"] as? [String], "\(pod.name) runs the program without arguments")
        #expect(throws: Never.self, "\(pod.name): \(args)") { try Audittail.parseAsRoot(args) }
        commands.insert(args[0])
      }
    }
    #expect(commands.isSuperset(of: ["collect", "analyze", "prune", "migrate"]))
    #expect(throws: (any Error).self) { try Audittail.parseAsRoot(["collect", "--no-such-flag"]) }
  }

  @Test("let the probes ask where the program listens")
  func ports() throws {
    for pod in try Self.pods() {
      for container in Self.list(pod.spec["containers"]) {
        let args = container["args"] as? [String] ?? []
        let http = args.firstIndex(of: "--http").map { args[$0 + 1] }
        let ports = Self.list(container["ports"]).compactMap { $0["containerPort"] as? Int }
        #expect(http.map { [$0.split(separator: ":").last.map(String.init)] } ?? [] == ports.map { "\($0)" })
        for (probe, path) in [("livenessProbe", "/health"), ("readinessProbe", "/ready")] where http != nil {
          let get = (container[probe] as? [String: Any])?["httpGet"] as? [String: Any]
          #expect(get?["path"] as? String == path)
          #expect(get?["port"] as? String == "http")
        }
      }
    }
  }

  @Test("mount what the configuration and the arguments name, and nothing that is not there")
  func paths() throws {
    let (configuration, problems) = ConfigurationLoader(environment: [:])
      .examine(file: Self.directory.appending(path: "audittail.yaml").path)
    #expect(problems.isEmpty, "\(problems)")
    for pod in try Self.pods() {
      let volumes = Set(Self.list(pod.spec["volumes"]).compactMap { $0["name"] as? String })
      for container in Self.list(pod.spec["containers"]) + Self.list(pod.spec["initContainers"]) {
        let mounts = Self.list(container["volumeMounts"])
        #expect(volumes.isSuperset(of: mounts.compactMap { $0["name"] as? String }), "\(pod.name)")
        let mounted = mounts.compactMap { $0["mountPath"] as? String }
        func isMounted(_ path: String) -> Bool { mounted.contains { path.hasPrefix($0) } }
        let args = container["args"] as? [String] ?? []
        if let config = args.firstIndex(of: "--config").map({ args[$0 + 1] }) {
          #expect(isMounted(config), "\(pod.name): \(config)")
          #expect(config.hasSuffix("/audittail.yaml"))
        }
        if args.first == "collect" {
          #expect(isMounted(configuration.dataDirectory))
          for files in configuration.collector.files { #expect(isMounted(files), "\(files)") }
        }
      }
    }
  }

  @Test("run as nobody in particular, on a root that is read-only, without capabilities")
  func privileges() throws {
    let pods = try Self.pods()
    #expect(pods.count >= 3)
    for pod in pods {
      let context = pod.spec["securityContext"] as? [String: Any]
      #expect(context?["runAsNonRoot"] as? Bool == true, "\(pod.name)")
      #expect(pod.spec["serviceAccountName"] is String)
      for container in Self.list(pod.spec["containers"]) {
        let context = container["securityContext"] as? [String: Any]
        #expect(context?["readOnlyRootFilesystem"] as? Bool == true, "\(pod.name)")
        #expect(context?["allowPrivilegeEscalation"] as? Bool == false, "\(pod.name)")
        #expect((context?["capabilities"] as? [String: Any])?["drop"] as? [String] == ["ALL"], "\(pod.name)")
        let resources = container["resources"] as? [String: Any]
        #expect(resources?["limits"] != nil && resources?["requests"] != nil, "\(pod.name)")
      }
    }
  }

  @Test("take the database from one Secret, by keys that the guide names")
  func secrets() throws {
    let guide = try String(
      contentsOf: Self.directory.appending(path: "../README.md").standardized, encoding: .utf8)
    for pod in try Self.pods() {
      for container in Self.list(pod.spec["containers"]) {
        for variable in Self.list(container["env"]) {
          guard
            let key = (variable["valueFrom"] as? [String: Any])?["secretKeyRef"] as? [String: Any]
          else { continue }
          #expect(key["name"] as? String == "audittail-database")
          #expect(guide.contains("--from-literal=\(key["key"] ?? "?")="), "\(pod.name)")
        }
      }
    }
  }
}
