import AuditModel
import Logging
import NIOCore
import ServiceLifecycle

/// Serves one connection: brings to the sink what its pipeline makes of the bytes, and answers where the protocol has answers.
struct ConnectionService: Sendable {
  private let pump: SubmissionPump
  private let intake: HTTPIntake
  private let counters: ListenCounters
  private let logger: Logger

  init(address: ListenAddress, parts: ListenerParts) {
    pump = parts.pump(address)
    counters = parts.counters
    logger = parts.logger(address)
    intake = HTTPIntake(
      listener: "\(address)", sink: parts.sink, limits: parts.limits, counters: parts.counters,
      readiness: parts.readiness, metrics: parts.metrics, logger: logger)
  }

  /// Returns when the connection is over, whatever ended it.
  func serve(_ connection: StreamListener.Connection) async {
    let channel = connection.channel
    await withGracefulShutdownHandler {
      do {
        switch connection {
        case .lines(let connection): try await lines(connection)
        case .forward(let connection): try await forward(connection)
        case .http(let connection): try await http(connection)
        }
      } catch {
        note(error)
      }
    } onGracefulShutdown: {
      channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(PeerEvent.drain) }
    }
  }

  /// Closes a connection that is not served.
  static func close(_ connection: StreamListener.Connection) async {
    switch connection {
    case .lines(let connection): try? await connection.executeThenClose { _, _ in }
    case .forward(let connection): try? await connection.executeThenClose { _, _ in }
    case .http(let connection): try? await connection.executeThenClose { _, _ in }
    }
  }

  private func lines(_ connection: NIOAsyncChannel<StreamBatch, ByteBuffer>) async throws {
    try await connection.executeThenClose { batches, _ in
      for try await batch in batches {
        guard await pump.bring(batch.lines, tenant: batch.tenant) else { return }
      }
    }
  }

  private func forward(_ connection: NIOAsyncChannel<ForwardBatch, ByteBuffer>) async throws {
    try await connection.executeThenClose { batches, answers in
      for try await batch in batches {
        if !batch.lines.isEmpty {
          guard await pump.bring(batch.lines, tenant: batch.tenant, key: batch.key, isCounted: true) else { return }
        }
        // `{"ack": chunk}`, only now that it is durable. A peer that has gone meanwhile sends the chunk again, and it is known then.
        if let chunk = batch.chunk {
          let ack = MessagePackWriter.map(1) + MessagePackWriter.string("ack") + MessagePackWriter.string(chunk)
          try? await answers.write(ByteBuffer(bytes: ack))
        }
        withExtendedLifetime(batch.memory) {}
      }
    }
  }

  private func http(_ connection: NIOAsyncChannel<HTTPRequest, HTTPAnswer>) async throws {
    try await connection.executeThenClose { requests, answers in
      for try await request in requests {
        try await answers.write(await intake.answer(request))
      }
    }
  }

  /// A peer that goes without a word is its own affair.
  private func note(_ error: any Error) {
    if error is CancellationError || error is IOError || error is ChannelError { return }
    counters.count { $0.malformed += 1 }
    logger.info("A connection ended with an error.", metadata: ["why": "\(ConnectionWords.of(error))"])
  }
}
