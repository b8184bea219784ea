package import AuditAlert
package import AuditModel
import Postgres

/// What a step of a scope's alerts came to.
package struct AlertProgress: Sendable, Hashable {
  /// Whether there are more causes than one step takes.
  package let hasMore: Bool
  /// Deliveries that were planned, without those that were folded.
  package let planned: Int
  package let transitions: Int
  /// When something happens by itself.
  package let nextDue: RecordTime?
}

extension Store {
  /// Causes that one transaction takes at most.
  package static let alertCausesMax = 500

  /// Makes alerts of what was found, and of the passing of time: one transaction, under the leader's fence.
  /// - Parameter watchingSince: since when this leader looks; see `AlertPipeline.step`.
  package func stepAlerts(
    of scope: AlertScope, as epoch: LeaderEpoch, _ pipeline: AlertPipeline, now: RecordTime,
    watchingSince: RecordTime
  ) async throws -> AlertProgress {
    let body: @Sendable (PostgresConnection) throws -> AlertProgress = { connection in
      try Self.stepAlerts(of: scope, pipeline, now: now, watchingSince: watchingSince, connection)
    }
    switch scope {
    case .tenant(let tenant): return try await fenced(epoch, tenant, body)
    case .installation: return try await fenced(epoch, body)
    }
  }

  /// The same within a transaction that is open: findings that it wrote become alerts with it, or not at all.
  static func stepAlerts(
    of scope: AlertScope, _ pipeline: AlertPipeline, orders: [AlertOrder] = [], now: RecordTime,
    watchingSince: RecordTime, _ connection: PostgresConnection
  ) throws -> AlertProgress {
    let state = try AlertStateRow.lock(scope, connection)
    let causes = try AlertCauses.read(scope, after: state.cause, connection)
    // Where nothing is due and nothing else can be concerned, only the causes' own alerts are looked at.
    let isPartial =
      !causes.all.isEmpty && orders.isEmpty && (state.nextDue.map { $0 > now } ?? true)
      && pipeline.rules.inhibitions.isEmpty
    let isIdle = causes.all.isEmpty && orders.isEmpty && (state.nextDue.map { $0 > now } ?? true)
    if isIdle {
      if causes.last > state.cause { try state.advance(to: causes.last, scope, connection) }
      return AlertProgress(hasMore: causes.hasMore, planned: 0, transitions: 0, nextDue: state.nextDue)
    }
    var board = AlertBoard(scope: scope, identity: state.identity)
    (board.lastAlert, board.lastMessage) = (state.lastAlert, state.lastMessage)
    board.alerts = try AlertRow.read(scope, keys: causes.all.map(\.key), andActive: !isPartial, connection)
    let silences = try SilenceRow.current(scope, now: now, connection)
    board.silences = silences.map(\.silence)
    board.windows = try StormRow.read(scope, connection)

    let step = pipeline.step(board, causes: causes.all, orders: orders, now: now, watchingSince: watchingSince)
    try AlertRow.write(step.alerts, scope, connection)
    try TransitionRow.write(step.transitions, scope, connection)
    try DeliveryRow.write(step.deliveries, scope, now: now, connection)
    try StormRow.write(step.windows, scope, connection)
    var due = [step.nextDue, isPartial ? state.nextDue : nil].compactMap { $0 }
    due += silences.map(\.silence.from).filter { $0 > now }
    // A maintenance window begins without anybody's doing.
    if !pipeline.rules.maintenance.isEmpty, !board.alerts.isEmpty { due.append(now.advanced(by: .seconds(60))) }
    let next = due.min().map { max($0, now.advanced(by: .milliseconds(1))) }
    try state.write(
      cause: causes.last, lastAlert: step.lastAlert, lastMessage: step.lastMessage, nextDue: next, scope, connection)
    return AlertProgress(
      hasMore: causes.hasMore, planned: step.deliveries.count { !$0.isFolded }, transitions: step.transitions.count,
      nextDue: next)
  }
}

extension AlertScope {
  /// The scope's schema as SQL has it.
  var sql: String {
    switch self {
    case .tenant(let tenant): tenant.sql
    case .installation: "audittail"
    }
  }
}

extension RecordTime {
  var sql: PostgresValue { .timestamptz(microsecondsSince2000: postgresMicroseconds) }
}

/// The one row that says how far a scope's alerts are.
struct AlertStateRow {
  let cause: Int64
  let lastAlert: Int64
  let lastMessage: Int64
  let nextDue: RecordTime?
  let identity: String

  /// Reads it and keeps others from changing it until the transaction ends.
  static func lock(_ scope: AlertScope, _ connection: PostgresConnection) throws -> AlertStateRow {
    let row = try connection.execute(
      "SELECT cause, last_alert, last_message, next_due, identity FROM \(scope.sql).alert_state FOR UPDATE"
    ).only()
    return AlertStateRow(
      cause: try row[0].int64(), lastAlert: try row[1].int64(), lastMessage: try row[2].int64(),
      nextDue: try row[3].present.map { RecordTime(postgresMicroseconds: try $0.timestamptz()) },
      identity: try row[4].string())
  }

  func write(
    cause: Int64, lastAlert: Int64, lastMessage: Int64, nextDue: RecordTime?, _ scope: AlertScope,
    _ connection: PostgresConnection
  ) throws {
    try connection.execute(
      "UPDATE \(scope.sql).alert_state SET cause = $1, last_alert = $2, last_message = $3, next_due = $4",
      [.int64(cause), .int64(lastAlert), .int64(lastMessage), nextDue.map(\.sql) ?? .null])
  }

  /// Past causes that nobody is told of.
  func advance(to cause: Int64, _ scope: AlertScope, _ connection: PostgresConnection) throws {
    try connection.execute("UPDATE \(scope.sql).alert_state SET cause = $1", [.int64(cause)])
  }

  /// Has the next step look at every alert that goes on.
  static func touch(_ scope: AlertScope, _ connection: PostgresConnection) throws {
    try connection.execute("UPDATE \(scope.sql).alert_state SET next_due = clock_timestamp()")
  }
}
