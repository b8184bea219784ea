import Glibc
import NIOSSL

/// Where the API server of the cluster is that this program runs in, and what it is to be believed and asked with.
///
/// Source: Kubernetes documentation, "Accessing the Kubernetes API from a Pod".
package struct ClusterAccess: Sendable, Hashable {
  package let host: String
  package let port: Int
  private let directory: String

  package static let directoryDefault = "/var/run/secrets/kubernetes.io/serviceaccount"
  private static let fileBytesMax = 1 << 20

  /// - Parameters:
  ///   - environment: the process's; nil comes out where it is not that of a pod.
  ///   - directory: of the service account: `token` and `ca.crt`.
  package init?(environment: [String: String], directory: String = directoryDefault) {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else { return nil }
    guard let port = Int(environment["KUBERNETES_SERVICE_PORT"] ?? "443"), (1...65535).contains(port) else {
      return nil
    }
    self.host = host
    self.port = port
    self.directory = directory
  }

  /// Without a slash at the end.
  var url: String { "https://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  /// Read with each request: the kubelet writes a new token an hour at the latest.
  func token() throws(APIFailure) -> String {
    let bytes = try read("\(directory)/token")
    let token = bytes.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
    // Anything else cannot stand in a header, and would be quoted in somebody's error.
    guard !token.isEmpty, token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .noCredentials("\(directory)/token holds no token")
    }
    return String(decoding: token, as: UTF8.self)
  }

  /// The authorities that may have signed the API server's certificate, and no others; read with each request too.
  func authorities() throws(APIFailure) -> [NIOSSLCertificate] {
    let bytes = try read("\(directory)/ca.crt")
    do {
      return try NIOSSLCertificate.fromPEMBytes(bytes)
    } catch {
      throw .noCredentials("\(directory)/ca.crt holds no certificate in PEM")
    }
  }

  private func read(_ path: String) throws(APIFailure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .noCredentials("cannot read \(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count <= Self.fileBytesMax {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0 { throw .noCredentials("cannot read \(path): \(String(cString: strerror(errno)))") }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
    throw .noCredentials("\(path) is too large")
  }
}
