import AuditModel
import Logging
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// Who a peer is, as far as its connection says: by the certificate that TLS has verified.
struct PeerIdentity: Sendable {
  let isTLS: Bool
  let tenantFrom: ListenSettings.TenantFromCertificate
  /// The listener's own tenant.
  let fallback: TenantID?
  let counters: ListenCounters
  let logger: Logger

  /// The verified certificate names no tenant where it should.
  enum Problem: String, Error {
    case noTenant = "its tenant_from field is missing, or is no tenant's name"
    case unreadable = "it cannot be read"
  }

  struct Peer: Sendable, Hashable {
    var tenant: TenantID?
    /// It came with a certificate of ours.
    var isCertified = false
  }

  func peer(of context: ChannelHandlerContext) throws(Problem) -> Peer {
    guard isTLS, let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() else {
      return Peer(tenant: fallback)
    }
    guard tenantFrom != .none else { return Peer(tenant: fallback, isCertified: true) }
    guard let bytes = try? certificate.toDERBytes(), let parsed = try? Certificate(derEncoded: bytes) else {
      throw .unreadable
    }
    guard let name = Self.name(in: parsed, by: tenantFrom), let tenant = TenantID(name) else { throw .noTenant }
    return Peer(tenant: tenant, isCertified: true)
  }

  func tenant(of context: ChannelHandlerContext) throws(Problem) -> TenantID? { try peer(of: context).tenant }

  func note(_ problem: Problem) {
    counters.countCut(.identity)
    logger.warning(
      "A client's certificate names no tenant; its connection is closed.", metadata: ["why": "\(problem.rawValue)"])
  }

  /// The text that names the tenant, as it stands in the certificate.
  static func name(in certificate: Certificate, by source: ListenSettings.TenantFromCertificate) -> String? {
    switch source {
    case .none: return nil
    case .organization: return attribute(ASN1ObjectIdentifier.RDNAttributeType.organizationName, of: certificate)
    case .commonName: return attribute(ASN1ObjectIdentifier.RDNAttributeType.commonName, of: certificate)
    case .alternativeName:
      guard let names = try? certificate.extensions.subjectAlternativeNames else { return nil }
      for case .dnsName(let name) in names { return name }
      for case .uniformResourceIdentifier(let uri) in names { return uri.split(separator: "/").last.map(String.init) }
      return nil
    }
  }

  private static func attribute(_ type: ASN1ObjectIdentifier, of certificate: Certificate) -> String? {
    // The most specific one stands last.
    certificate.subject.flatMap(Array.init).last { $0.type == type }.flatMap { String($0.value) }
  }
}
