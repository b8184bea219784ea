@testable import Postgres

/// Waits until a condition holds, at most ten seconds; returns whether it does.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < end {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return try await condition()
}

/// The error that a call throws, if it is one of ours.
func postgresError<T: Sendable>(_ body: () async throws -> T) async -> PostgresError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? PostgresError
  }
}
