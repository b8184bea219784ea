import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// An authority and the certificate that it signed for 127.0.0.1, made for one server of one test.
struct TestAuthority {
  /// PEM, for `ca.crt`.
  let certificate: String
  let serverCertificate: String
  let serverKey: String

  init() throws {
    let authorityKey = P256.Signing.PrivateKey()
    let authorityName = try DistinguishedName { CommonName("authority of a test") }
    let serverKey = P256.Signing.PrivateKey()
    let authority = try Self.certificate(
      for: authorityName, authorityKey.publicKey, by: authorityName, authorityKey
    ) {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
      Critical(KeyUsage(keyCertSign: true))
    }
    let server = try Self.certificate(
      for: try DistinguishedName { CommonName("kube-apiserver") }, serverKey.publicKey, by: authorityName, authorityKey
    ) {
      Critical(BasicConstraints.notCertificateAuthority)
      SubjectAlternativeNames([.dnsName("kubernetes.default.svc"), .ipAddress(.init(contentBytes: [127, 0, 0, 1]))])
    }
    certificate = try authority.serializeAsPEM().pemString
    serverCertificate = try server.serializeAsPEM().pemString
    self.serverKey = serverKey.pemRepresentation
  }

  private static func certificate(
    for subject: DistinguishedName, _ key: P256.Signing.PublicKey, by issuer: DistinguishedName,
    _ signer: P256.Signing.PrivateKey,
    @ExtensionsBuilder _ extensions: () throws -> Result<Certificate.Extensions, any Error>
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(key), notValidBefore: .now - 3600,
      notValidAfter: .now + 86_400, issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try extensions().get(), issuerPrivateKey: .init(signer))
  }

  func serverContext() throws -> NIOSSLContext {
    let certificates = try NIOSSLCertificate.fromPEMBytes(Array(serverCertificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(serverKey.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
  }
}
