import Testing

/// The built program against a real PostgreSQL. One test after another: each needs both cores for itself.
@Suite("Acceptance", .serialized)
enum Acceptance {}
