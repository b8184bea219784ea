import AuditModel
import Testing

@Suite("An address to listen on")
struct ListenAddressTests {
  @Test(
    "is read from its URL, and written as one",
    arguments: [
      ("tcp://127.0.0.1:6514", "tcp://127.0.0.1:6514"), ("tcp://:5000", "tcp://127.0.0.1:5000"),
      ("http://", "http://127.0.0.1:8687"), ("https://0.0.0.0", "https://0.0.0.0:8687"),
      ("forward://localhost/", "forward://localhost:24224"), ("tls://[::1]", "tls://[::1]:6514"),
      ("forward+tls://[::]:7?tenant=acme", "forward+tls://[::]:7?tenant=acme"),
      ("udp://127.0.0.1:514?framing=syslog&tenant=a.b", "udp://127.0.0.1:514?framing=syslog&tenant=a.b"),
      ("unix:///run/a.sock?mode=0600", "unix:///run/a.sock?mode=0600"),
      ("unix:///run/a.sock?type=dgram", "unix+dgram:///run/a.sock"),
    ])
  func reads(text: String, url: String) throws {
    let address = try ListenAddress(text)
    #expect(address.url == url)
    #expect(try ListenAddress(address.url) == address)
    #expect(!address.description.contains("?"))
  }

  @Test(
    "is refused with a reason when it is none",
    arguments: [
      ("localhost:80", "is not a URL"), ("gopher://x", "unknown scheme"), ("tcp://127.0.0.1", "needs a port"),
      ("tcp://::1:80", "brackets"), ("tcp://a:99999", "port"), ("unix://run/a.sock", "absolute path"),
      ("unix:///\(String(repeating: "x", count: 110))", "107 bytes"), ("tcp://a:1?x=1", "unknown option"),
      ("tcp://a:1?framing=xml", "unknown framing"), ("tcp://a:1?tenant=-", "tenant"), ("unix:///a?mode=9", "mode"),
      ("http://user@host:1", "nothing else"), ("http://a:1/path", "nothing else"), ("tcp://a:1?type=dgram", "unix"),
    ])
  func refuses(text: String, reason: String) {
    #expect(throws: (any Error).self) { try ListenAddress(text) }
    do throws(ListenAddress.Problem) {
      _ = try ListenAddress(text)
    } catch {
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  @Test(
    "knows whether only this machine reaches it",
    arguments: [
      ("tcp://127.3.2.1:1", true), ("tcp://localhost:1", true), ("tcp://[::1]:1", true), ("unix:///a", true),
      ("tcp://0.0.0.0:1", false), ("tcp://[::]:1", false), ("tcp://127.0.0.1.example.org:1", false),
      ("tcp://10.0.0.1:1", false),
    ])
  func local(text: String, isLocal: Bool) throws {
    #expect(try ListenAddress(text).isLocal == isLocal)
  }
}
