import AuditModel
import Crypto
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import AuditListen

/// An authority with a server and clients, made for one test; the server's files are in a directory of their own.
struct TestAuthority {
  let directory: String
  private let key: Certificate.PrivateKey
  private let authority: Certificate

  init() throws {
    directory = "/tmp/audittail-tls-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName("test authority") }
    authority = try Self.certificate(name, key.publicKey, issuer: name, key, isAuthority: true, names: [])
    try write(authority, to: "ca.pem")
    let (server, serverKey) = try issue(CommonName: "localhost", organization: nil, names: [.dnsName("localhost")])
    try write(server, to: "server.pem")
    try serverKey.serializeAsPEM().pemString.write(toFile: directory + "/server.key", atomically: true, encoding: .utf8)
  }

  private func write(_ certificate: Certificate, to file: String) throws {
    try certificate.serializeAsPEM().pemString.write(toFile: "\(directory)/\(file)", atomically: true, encoding: .utf8)
  }

  func issue(CommonName name: String, organization: String?, names: [GeneralName]) throws -> (
    Certificate, Certificate.PrivateKey
  ) {
    let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let subject = try DistinguishedName {
      if let organization { OrganizationName(organization) }
      CommonName(name)
    }
    return (
      try Self.certificate(subject, own.publicKey, issuer: authority.subject, key, isAuthority: false, names: names),
      own
    )
  }

  private static func certificate(
    _ subject: DistinguishedName, _ publicKey: Certificate.PublicKey, issuer: DistinguishedName,
    _ key: Certificate.PrivateKey, isAuthority: Bool, names: [GeneralName]
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: Date.now - 3600,
      notValidAfter: Date.now + 3600,
      issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try .init {
        if isAuthority {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        } else {
          Critical(BasicConstraints.notCertificateAuthority)
        }
        if !names.isEmpty { SubjectAlternativeNames(names) }
      }, issuerPrivateKey: key)
  }

  func settings(_ settings: inout ListenSettings, _ from: ListenSettings.TenantFromCertificate) {
    settings.certificateFile = directory + "/server.pem"
    settings.keyFile = directory + "/server.key"
    settings.clientAuthorityFile = directory + "/ca.pem"
    settings.clientCertificates = .required
    settings.tenantFrom = from
  }

  /// Sends text over TLS, and gives back what comes until the other side closes; with `until`, closes when that returns.
  func exchange(
    _ port: Int, _ text: String, as client: (Certificate, Certificate.PrivateKey)?,
    until: (@Sendable () async throws -> Void)? = nil
  ) async throws -> String {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .file(directory + "/ca.pem")
    if let (certificate, key) = client {
      let pem = try certificate.serializeAsPEM().pemString
      configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(bytes: Array(key.serializeAsPEM().pemString.utf8), format: .pem))
    }
    let context = try NIOSSLContext(configuration: configuration)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: "localhost"))
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var answer = ""
      if let until {
        try await until()
      } else {
        for try await part in inbound { answer += String(buffer: part) }
      }
      return answer
    }
  }
}

@Suite("A listener with TLS", .timeLimit(.minutes(2)))
struct TLSTests {
  private static let request =
    "POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

  @Test(
    "takes the tenant from the client's certificate",
    arguments: [
      (ListenSettings.TenantFromCertificate.organization, "acme"), (.commonName, "agent-7"),
      (.alternativeName, "tenant.x"),
      (.none, "fallback"),
    ])
  func tenant(from: ListenSettings.TenantFromCertificate, tenant: String) async throws {
    let authority = try TestAuthority()
    let client = try authority.issue(CommonName: "agent-7", organization: "acme", names: [.dnsName("tenant.x")])
    try await Listened.at(
      "https://127.0.0.1:0?tenant=fallback", "tls://127.0.0.1:0?tenant=fallback",
      change: { settings, _ in authority.settings(&settings, from) }
    ) { listened in
      let answer = try await authority.exchange(listened.port, Self.request, as: client)
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
      _ = try await authority.exchange(listened.listening.bound[1].port, "{\"a\":1}\n", as: client) {
        _ = try await listened.sink.lines(2)
      }
      #expect(await listened.sink.lines == ["{}", "{\"a\":1}"])
      #expect(await listened.sink.submissions.map(\.tenant) == [TenantID(tenant), TenantID(tenant)])
    }
  }

  @Test("takes it from the path of a SPIFFE id")
  func spiffe() throws {
    let authority = try TestAuthority()
    let (certificate, _) = try authority.issue(
      CommonName: "x", organization: nil, names: [.uniformResourceIdentifier("spiffe://example.org/tenant/acme")])
    #expect(PeerIdentity.name(in: certificate, by: .alternativeName) == "acme")
  }

  @Test("lets in nobody without a certificate, nor with another authority's, nor one that names no tenant")
  func strangers() async throws {
    let authority = try TestAuthority()
    let stranger = try TestAuthority().issue(CommonName: "x", organization: "acme", names: [])
    let nameless = try authority.issue(CommonName: "no tenant's name", organization: nil, names: [])
    try await Listened.at(
      "https://127.0.0.1:0", change: { settings, _ in authority.settings(&settings, .organization) }
    ) { listened in
      await #expect(throws: (any Error).self) { _ = try await answered(authority, listened.port, nil) }
      await #expect(throws: (any Error).self) { _ = try await answered(authority, listened.port, stranger) }
      let answer = try await authority.exchange(listened.port, Self.request, as: nameless)
      #expect(answer.hasPrefix("HTTP/1.1 403 "))
      #expect(await listened.sink.submissions.isEmpty)
    }
  }

  private struct NoAnswer: Error {}

  private func answered(
    _ authority: TestAuthority, _ port: Int, _ client: (Certificate, Certificate.PrivateKey)?
  ) async throws -> String {
    let answer = try await authority.exchange(port, Self.request, as: client)
    guard !answer.isEmpty else { throw NoAnswer() }
    return answer
  }

  @Test("cuts a peer that does not finish its handshake, and one that speaks no TLS")
  func handshake() async throws {
    let authority = try TestAuthority()
    try await Listened.at(
      "tls://127.0.0.1:0",
      change: { settings, limits in
        authority.settings(&settings, .none)
        limits.handshakeTimeout = .milliseconds(200)
      }
    ) { listened in
      let silent = try Peer.tcp(listened.port)
      #expect(try await silent.receiveAll() == "")
      #expect(listened.counters.cut[.handshake] == 1)
      let plain = try Peer.tcp(listened.port)
      try await plain.send("{\"a\":1}\n")
      _ = try await plain.receiveAll()
      #expect(await listened.sink.lines.isEmpty)
    }
  }

  @Test("says what is missing before it begins")
  func settings() async throws {
    let authority = try TestAuthority()
    await #expect(throws: ListenError.self) { try await Listened.at("tls://127.0.0.1:0") { _ in } }
    await #expect(throws: ListenError.self) {
      try await Listened.at(
        "tls://127.0.0.1:0",
        change: { settings, _ in
          authority.settings(&settings, .none)
          settings.keyFile = "/nonexistent"
        }
      ) { _ in }
    }
  }
}
