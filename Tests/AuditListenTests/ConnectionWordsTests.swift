import NIOSSL
import Testing

@testable import AuditListen

@Suite("The words for a broken connection")
struct ConnectionWordsTests {
  @Test(
    "are the reason alone, without places in a library's sources",
    arguments: [
      (
        "Error: 268435612 error:1000009c:SSL routines:OPENSSL_internal:HTTP_REQUEST at /build/ssl/ssl_lib.cc:142",
        "http request"
      ),
      ("Error:  EOF during handshake", "eof during handshake"), ("", ""),
    ])
  func reason(text: String, words: String) { #expect(ConnectionWords.reason(in: text) == words) }

  @Test("say what failed in TLS")
  func handshake() {
    let failure = NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake]))
    #expect(ConnectionWords.of(failure) == "the TLS handshake failed: eof during handshake")
    #expect(ConnectionWords.of(NIOSSLError.uncleanShutdown) == "TLS ended without its closing alert")
    for words in [ConnectionWords.of(failure), ConnectionWords.of(NIOSSLError.handshakeFailed(.syscallError))] {
      #expect(!words.contains("("), "\(words)")
    }
  }
}
