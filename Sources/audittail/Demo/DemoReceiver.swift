import AuditAlert
import AuditDeliver
import AuditModel
import ServiceLifecycle
import Synchronization

/// The receiver of the demonstration: a webhook on this machine that checks the signatures and prints what comes.
final class DemoReceiver: Service {
  private let receiver: LocalReceiver
  private let figures: DemoFigures

  /// Listens, so that its port is known before the analyzer is configured.
  /// - Parameter secret: as the analyzer signs with.
  static func start(secret: String, figures: DemoFigures) async throws -> DemoReceiver {
    let key = try WebhookSignature.key(secret)
    let receiver = try await LocalReceiver.start { arrival in
      let id = arrival.header("webhook-id") ?? ""
      let time = arrival.header("webhook-timestamp").flatMap { Int64($0) } ?? 0
      guard
        WebhookSignature.verify(
          header: arrival.header("webhook-signature") ?? "", id: id, timestamp: time, body: arrival.body, key: key)
      else { return LocalReceiver.Answer(status: 401) }
      if let message = ReceivedMessage(id: id, body: arrival.body) { figures.note(message, at: .now) }
      return LocalReceiver.Answer(status: 200)
    }
    return DemoReceiver(receiver, figures)
  }

  private init(_ receiver: LocalReceiver, _ figures: DemoFigures) {
    (self.receiver, self.figures) = (receiver, figures)
  }

  var url: String { "http://127.0.0.1:\(receiver.port)/alerts" }

  func run() async throws {
    try? await gracefulShutdown()
    await receiver.stop()
  }
}

/// Alerts that arrived in the demonstration: how many, and how long each took from the record that completed the evidence.
struct DemoArrivals {
  private(set) var count = 0
  /// Seconds, bounded: the first thousand say enough.
  private var delays: [Double] = []

  mutating func note(_ message: ReceivedMessage, at now: RecordTime) {
    count += 1
    guard message.event == .firing, delays.count < 1000, let last = RecordTime(rfc3339: message.last) else { return }
    delays.append(Double(max(0, now.nanoseconds - last.nanoseconds)) / 1e9)
  }

  /// Of those that fired, in seconds from the record to this receiver; nil without any.
  var median: Double? { delays.isEmpty ? nil : delays.sorted()[delays.count / 2] }
}
