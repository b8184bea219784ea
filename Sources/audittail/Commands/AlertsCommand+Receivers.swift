import ArgumentParser
import AuditAlert
import AuditDeliver
import AuditModel
import AuditStore

struct AlertsTestReceiverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-receiver", abstract: "Send a receiver a test message, and say what it answers.",
    discussion: "One that had said that it is gone is used again when it takes it.")

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "The receiver's name.")
  var receiver: String

  func run() async throws {
    try await reporting {
      let setup = try AlertSetup(try scope.options.load())
      guard let settings = setup.receivers.first(where: { $0.name == receiver }) else {
        let names = setup.receivers.map(\.name).joined(separator: ", ")
        throw CommandFailure(
          .usage, "There is no receiver \(receiver.debugDescription)\(names.isEmpty ? "" : "; there are \(names)").")
      }
      let link = ReceiverLink(settings, guarding: setup.guarding)
      let now = RecordTime.now
      let result = await link.deliver(
        id: "msg_test_\(now.nanoseconds / 1_000_000)",
        body: PlainMessage.test(at: now, receiver: receiver, console: setup.pipeline.rules.console), now: now)
      await link.close()
      switch result {
      case .answered(let status, _) where (200..<300).contains(status):
        StandardError.write("The receiver \(receiver) has taken it.\n")
      case .answered(let status, _):
        throw CommandFailure(.no, "The receiver \(receiver) answered \(status).")
      case .failed(let why), .impossible(let why): throw CommandFailure(.no, "The receiver \(receiver): \(why).")
      }
      try await scope.withAlerts { store, _ in
        guard try await store.disabledReceivers()[receiver] != nil else { return }
        try await store.enable(receiver: receiver)
        try await store.tell(
          .receiverDisabled, about: receiver, .info, "The receiver \(receiver) is used again.", isEnd: true)
        StandardError.write("It had said that it was gone, and is used again.\n")
      }
    }
  }
}

struct AlertsReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Send again what was given up, with the same ids.",
    discussion: """
      What the receiver was told of the same alert later is sent again behind it, so that it ends in the right state.

        audittail alerts deliveries --dead
        audittail alerts replay acme/1204
        audittail alerts replay --all
      """)

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "The delivery, such as acme/1204.")
  var delivery: String?
  @Flag(name: .long, help: "All that were given up.")
  var all = false

  func run() async throws {
    try await reporting {
      guard (delivery == nil) == all else { throw CommandFailure(.usage, "Give a delivery, or --all.") }
      try await scope.withAlerts { store, _ in
        var count = 0
        if let delivery {
          let (scope, number) = try await scope.one(delivery, in: store)
          count = try await store.replay(number, of: scope)
          if count == 0 {
            throw CommandFailure(.no, "The delivery \(scope.numbered(number)) was not given up.")
          }
        } else {
          for scope in try await scope.scopes(in: store) { count += try await store.replay(nil, of: scope) }
        }
        try await store.wake(AlertDuties.deliveries)
        StandardError.write("\(count.counted("message")) will be sent again.\n")
      }
    }
  }
}
