import AuditConfig
import AuditModel
import AuditSource
import Glibc
import ServiceLifecycle

extension Collector {
  /// Reads standard input to its end. It is a source of its own, each time anew: nobody can read it again.
  func runStandardInput(into batches: BatchLanes) async throws {
    let tenant = configuration.collector.tenant ?? .unnamed
    try await open(tenant)
    guard let id = tenants[tenant]?.newSource() else { return }
    let source = SourceRecord(id: id, path: "stdin", identity: nil, fingerprint: nil)
    var framer = LineFramer(lineBytesMax: configuration.limits.lineBytesMax)
    var input: [UInt8] = []
    var offset: Int64 = 0
    var isNew = true
    var stopAt: ContinuousClock.Instant?
    var isEnd = false
    while !isEnd, !Task.isCancelled {
      let got = try Self.readStandardInput(into: &input)
      // Nobody can read the pipe again: asked to stop, it is read until it is quiet or its writer is gone.
      if Task.isShuttingDownGracefully, got != nil || stopAt == nil { stopAt = .now + Self.lastWordsMax }
      isEnd = got == 0 || stopAt.map { ContinuousClock.now >= $0 } ?? false
      if got != nil || isEnd {
        let isFull = feed(&framer, input, at: offset, source, isNew: isNew, isEnd: isEnd, tenant) { consumed in
          isNew = isNew && consumed == 0
          offset += Int64(consumed)
          input.removeFirst(consumed)
        }
        if isFull { try await closeWaiting(tenant, batches) }
      }
      try await closeAged(batches)
    }
    try await closeWaiting(tenant, batches)
    try await finish(batches, isOnce: true)
  }

  /// How long a pipe may be quiet after the program was asked to stop.
  private static let lastWordsMax = Duration.seconds(1)

  private func feed(
    _ framer: inout LineFramer, _ input: [UInt8], at offset: Int64, _ source: SourceRecord, isNew: Bool, isEnd: Bool,
    _ tenant: TenantID, _ consumed: (Int) -> Void
  ) -> Bool {
    let now = ContinuousClock.now
    let wall = clock()
    let limits = configuration.limits
    guard let window = tenants[tenant]?.window(now: wall, skew: limits.timeSkewMax),
      var batch = tenants[tenant]?.takeBatch(textBytesMax: limits.rejectedTextBytesMax)
    else { return false }
    var lines: Int32 = 0
    let from = framer.committable(offset)
    let count = intake(of: tenant).use { intake in
      intake.enter(source.path)
      intake.expire(server: nil, window: window, now: wall, into: &batch)
      let count = framer.consume(input.span, at: offset, source: source.id, isEnd: isEnd) { line, framed in
        lines += 1
        intake.take(line, framed, server: nil, window: window, now: wall, into: &batch)
      }
      guard isEnd else { return count }
      framer.close { line, framed in
        lines += 1
        intake.take(line, framed, server: nil, window: window, now: wall, into: &batch)
      }
      intake.finish(server: nil, window: window, now: wall, into: &batch)
      return count
    }
    if count > 0 || lines > 0 {
      if isNew { batch.introduce(source) }
      batch.note(
        SourceSpan(
          source: source.id, from: SourcePosition(from), to: SourcePosition(framer.committable(offset + Int64(count))),
          lines: lines, pending: framer.pending), byteCount: count, now: now)
    }
    tenants[tenant]?.open = batch
    consumed(count)
    return batch.rowCount >= limits.batchRowsMax || batch.byteCount >= limits.batchBytesMax
  }

  /// Waits a moment for input.
  /// - Returns: how many bytes were appended; 0 at the end; nil when nothing came in time.
  private static func readStandardInput(into input: inout [UInt8]) throws -> Int? {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let ready = poll(&descriptor, 1, 100)
    if ready == 0 || (ready < 0 && errno == EINTR) { return nil }
    let chunk = 256 << 10
    let had = input.count
    input.append(contentsOf: repeatElement(0, count: chunk))
    let got = input.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress.map { $0 + had }, chunk) }
    input.removeLast(chunk - max(0, got))
    if got >= 0 { return got }
    if errno == EINTR || errno == EAGAIN { return nil }
    throw CommandFailure(.inputOutput, "Cannot read standard input: \(String(cString: strerror(errno))).")
  }
}
