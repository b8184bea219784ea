import Glibc
import Testing

extension Acceptance {
  @Suite("A receiver behind TLS")
  struct AlertTLSTests {
    /// Python's, so that two implementations of TLS meet.
    private static let server = """
      import http.server, ssl, sys
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              self.rfile.read(int(self.headers["Content-Length"]))
              self.send_response(200)
              self.send_header("Content-Length", "0")
              self.end_headers()
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain("server.pem", "server.key")
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      server.socket = context.wrap_socket(server.socket, server_side=True)
      print(server.server_port, flush=True)
      server.serve_forever()
      """

    private static let authority = """
      set -e
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=test authority"
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
      printf 'subjectAltName=DNS:localhost\\n' > names
      openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
      """

    @Test("Is believed by its own authority and its own name, and otherwise not told anything", .timeLimit(.minutes(2)))
    func authorities() async throws {
      let directory = TestDirectory.make("alerts-tls")
      try writeFile("\(directory)/make.sh", "cd \(directory)\n" + Self.authority)
      let making = try ChildProcess("/bin/sh", ["\(directory)/make.sh"], in: directory, name: "make")
      #expect(try await making.wait() == .exited(0), "\(making.errors)")
      try writeFile("\(directory)/serve.py", "import os\nos.chdir('\(directory)')\n" + Self.server)
      let serving = try ChildProcess("/usr/bin/python3", ["\(directory)/serve.py"], in: directory, name: "serve")
      let end = ContinuousClock.now + .seconds(30)
      while serving.output.isEmpty {
        try #require(ContinuousClock.now < end, "\(serving.errors)")
        try await Task.sleep(for: .milliseconds(20))
      }
      let port = try #require(Int(serving.output.filter(\.isNumber)))

      for (host, authority, isTold) in [
        ("localhost", "\(directory)/ca.pem", true), ("localhost", nil, false),
        ("127.0.0.1", "\(directory)/ca.pem", false),
      ] {
        let receiver =
          "{name: hook, type: webhook, url: 'https://\(host):\(port)/'\(authority.map { ", ca_file: \($0)" } ?? "")}"
        let program = try Program(
          in: directory, database: try await TestServer.shared().url("alerts_tls_none"),
          settings: "alerts:\n  allow_addresses: [127.0.0.1, '::1']\n  receivers:\n    - \(receiver)\n")
        let answer = try await program.run("alerts", "test-receiver", "hook")
        #expect(answer.errors.contains("has taken it") == isTold, "\(host): \(answer.errors)")
        if !isTold {
          #expect(answer.errors.contains("TLS failed") || answer.errors.contains("no answer"), "\(answer.errors)")
        }
      }
      serving.signal(SIGKILL)
      _ = try await serving.wait()
    }
  }
}
