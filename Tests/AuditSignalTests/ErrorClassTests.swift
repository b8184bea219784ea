import AuditSignal
import Testing

@Suite("A failure's class")
struct ErrorClassTests {
  @Test(
    "comes from the status where that says it",
    arguments: [
      ("success", ErrorClass.Verdict.success), ("OK", .success), ("200", .success), ("302", .success),
      ("denied", .failure(.denied)), ("403", .failure(.denied)), ("429", .failure(.rateLimited)),
      ("Cancelled", .failure(.cancelled)), ("timeout", .failure(.timeout)), ("error", .failure(nil)),
      ("500", .failure(nil)), ("unknown", .unknown), ("", .unknown), ("12345", .failure(nil)),
    ])
  func status(status: String, verdict: ErrorClass.Verdict) {
    #expect(ErrorClass.verdict(Array(status.utf8).span) == verdict)
  }

  @Test(
    "comes from the error's words where the status only says that it failed",
    arguments: [
      ("Request timed out after 30s", ErrorClass.timeout), ("429 Too Many Requests", .rateLimited),
      ("EACCES: Permission denied", .denied), ("ENOENT: no such file", .notFound), ("Invalid params", .invalid),
      ("connect ECONNREFUSED 10.0.0.1", .unavailable), ("operation was aborted", .cancelled), ("boom", .other),
      ("", .other),
    ])
  func words(text: String, expected: ErrorClass) {
    #expect(ErrorClass.told(by: Array(text.utf8).span) == expected)
  }
}
