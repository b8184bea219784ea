/// The variables that the kubelet puts into every pod for each service of its namespace. For a service whose name
/// begins with `audittail` they begin as ours do, and mean nothing to us.
///
///     AUDITTAIL_SERVICE_HOST   AUDITTAIL_SERVICE_PORT[_HTTP]   AUDITTAIL_PORT   AUDITTAIL_PORT_8686_TCP[_ADDR]
///
/// Source: Kubernetes documentation, "Service: Environment variables".
enum KubernetesServiceVariable {
  /// The value tells `AUDITTAIL_PORT=tcp://10.0.0.1:8686` from a setting's name that someone guessed.
  static func matches(_ name: String, value: String) -> Bool {
    if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
    if name.hasSuffix("_PORT") { return value.contains("://") }
    guard let port = name.split(separator: "_").drop(while: { $0 != "PORT" }).dropFirst().first else { return false }
    return port.allSatisfy { ("0"..."9").contains($0) }
  }
}
