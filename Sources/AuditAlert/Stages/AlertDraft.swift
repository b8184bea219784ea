import AuditModel

/// A step while the stages work on it.
struct AlertDraft {
  let scope: AlertScope
  let identity: String
  let causes: [AlertCause]
  let orders: [AlertOrder]
  let silences: [Silence]
  let now: RecordTime
  let watchingSince: RecordTime

  /// Every alert of the board and the new ones, in the order of their numbers.
  var entries: [Entry] = []
  /// The storm windows; `changedWindows` names those that differ from before.
  var windows: [String: StormWindow]
  var changedWindows: Set<String> = []
  /// What is told of which transition to whom, in order.
  var messages: [Message] = []
  var step = AlertStep()
  private var places: [AlertKey: Int] = [:]

  /// An alert, how it was, and what the stages found out about it.
  struct Entry {
    var alert: Alert
    let before: Alert?
    /// Whether this step brought a cause, or something worse.
    var isRaised = false
    var isWorse = false
    /// It is over: by itself, by what ends it, or by somebody.
    var isOver = false
    /// What keeps it quiet, and until when as far as that is known.
    var quiet: (by: String, note: String?, until: RecordTime?)?
    /// Who ordered what happens to it.
    var by: String?
    var note: String?
    /// The transitions of this step.
    var events: [AlertTransition] = []
  }

  struct Message {
    let entry: Int
    let transition: AlertTransition
    var receivers: [String]
  }

  init(_ board: AlertBoard, causes: [AlertCause], orders: [AlertOrder], now: RecordTime, watchingSince: RecordTime) {
    scope = board.scope
    identity = board.identity
    silences = board.silences
    windows = board.windows
    (self.causes, self.orders, self.now, self.watchingSince) = (causes, orders, now, watchingSince)
    step.lastAlert = board.lastAlert
    step.lastMessage = board.lastMessage
    for alert in board.alerts.values.sorted(by: { $0.id < $1.id }) { add(Entry(alert: alert, before: alert)) }
  }

  /// The place of the alert of a key, where there is one.
  func place(of key: AlertKey) -> Int? { places[key] }

  mutating func add(_ entry: Entry) {
    places[entry.alert.key] = entries.count
    entries.append(entry)
  }

  /// Puts another alert in the place of one that has the same key and is over for good.
  mutating func replace(_ place: Int, by entry: Entry) { entries[place] = entry }

  /// Notes that something happens by itself at a time.
  mutating func due(_ time: RecordTime) { step.nextDue = min(step.nextDue ?? time, time) }
}
