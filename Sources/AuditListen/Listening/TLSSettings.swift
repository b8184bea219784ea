import AuditModel
import NIOSSL

/// Why listening cannot begin: a sentence for the operator, without secrets.
package struct ListenError: Error, Sendable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

extension ListenSettings {
  /// TLS 1.2 or later with the operator's certificate, asking clients for theirs as the settings say.
  func tlsContext() throws(ListenError) -> NIOSSLContext {
    guard let certificateFile, let keyFile else {
      throw ListenError("A listener with TLS needs listen.tls.certificate and listen.tls.key.")
    }
    let chain = try Self.read(certificateFile) { try NIOSSLCertificate.fromPEMFile($0) }
    let key = try Self.read(keyFile) { try NIOSSLPrivateKey(file: $0, format: .pem) }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    switch clientCertificates {
    case .none: break
    case .optional, .required:
      guard let clientAuthorityFile else {
        throw ListenError("listen.tls.client_certificates needs listen.tls.client_ca, the authorities that sign them.")
      }
      let authorities = try Self.read(clientAuthorityFile) { try NIOSSLCertificate.fromPEMFile($0) }
      configuration.trustRoots = .certificates(authorities)
      configuration.certificateVerification =
        clientCertificates == .required ? .noHostnameVerification : .optionalVerification
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw ListenError("The key in \(keyFile) does not belong to the certificate in \(certificateFile).")
    }
  }

  private static func read<Value>(_ path: String, _ body: (String) throws -> Value) throws(ListenError) -> Value {
    do {
      return try body(path)
    } catch {
      throw ListenError("\(path) cannot be read as PEM.")
    }
  }
}
