import AuditModel
import AuditQuery
import Postgres

/// A question as SQL: text with `$1`, `$2`, … and the parameters. Nothing of a question is ever quoted into the text.
struct RecordSelect {
  private var clauses: [String] = []
  private(set) var parameters: [PostgresValue] = []

  init(_ filter: RecordFilter, of tenant: TenantID) {
    if let since = filter.since {
      add("ts >= $", .timestamptz(microsecondsSince2000: since.postgresMicroseconds))
      if since.nanosecondRemainder > 0 {  // the microsecond's own records, by their nanoseconds
        clauses.append("(ts > \(last) OR ts_ns >= \(since.nanosecondRemainder))")
      }
    }
    if let until = filter.until {
      let micros = until.postgresMicroseconds
      if until.nanosecondRemainder == 0 {
        add("ts < $", .timestamptz(microsecondsSince2000: micros))
      } else {
        add("ts <= $", .timestamptz(microsecondsSince2000: micros))
        clauses.append("(ts < \(last) OR ts_ns < \(until.nanosecondRemainder))")
      }
    }
    if let actor = filter.actor { add("coalesce(user_id, client_id) = $", .text(actor)) }
    if let tool = filter.tool { add("tool = $", .text(tool)) }
    if let server = filter.server { add("server = $", .text(server)) }
    if let session = filter.session { add("session_id = $", .text(session)) }
    if let status = filter.status { add("status = $", .text(status)) }
    addPod(filter, of: tenant)
    for condition in filter.conditions { add(condition) }
    if let text = filter.text {
      let pattern = PostgresValue.text("%\(Self.escapedPattern(text))%")
      parameters.append(pattern)
      clauses.append(
        "(\(["args::text", "error", "extra::text", "tool"].map { "\($0) ILIKE \(last)" }.joined(separator: " OR ")))")
    }
  }

  /// The same for rejected lines, which have a time and a text and no fields.
  init(rejected filter: RecordFilter) {
    if let since = filter.since { add("ts >= $", .timestamptz(microsecondsSince2000: since.postgresMicroseconds)) }
    if let until = filter.until { add("ts < $", .timestamptz(microsecondsSince2000: until.postgresMicroseconds)) }
    if let text = filter.text { add("text ILIKE $", .text("%\(Self.escapedPattern(text))%")) }
  }

  /// ` WHERE …`, or nothing.
  var whereClause: String { clauses.isEmpty ? "" : " WHERE " + clauses.joined(separator: " AND ") }

  /// Leaves out what comes up to and including `position`.
  mutating func after(_ position: RecordPosition, of tenant: TenantID, isDescending: Bool) {
    let sign = isDescending ? "<" : ">"
    // Within one nanosecond tenants come by name, so of those behind the cursor's tenant all of its records are wanted.
    let isWhole = isDescending ? tenant < position.tenant : tenant > position.tenant
    let isNone = tenant != position.tenant && !isWhole
    let first = parameters.count
    parameters += [
      .timestamptz(microsecondsSince2000: position.time.postgresMicroseconds),
      .int16(position.time.nanosecondRemainder),
      .int32(position.id.collector), .int64(position.id.sequence), .int32(position.id.index),
    ]
    // The plain comparison is what partitions and block ranges are chosen by.
    clauses.append("ts \(sign)= $\(first + 1)")
    if isWhole {
      parameters.removeLast(3)
      clauses.append("(ts, ts_ns) \(sign)= ($\(first + 1), $\(first + 2))")
    } else if isNone {
      parameters.removeLast(3)
      clauses.append("(ts, ts_ns) \(sign) ($\(first + 1), $\(first + 2))")
    } else {
      clauses.append(
        "(ts, ts_ns, collector, seq, idx) \(sign) ($\(first + 1), $\(first + 2), $\(first + 3), $\(first + 4), $\(first + 5))"
      )
    }
  }

  /// A source's path says in which pod's log a record was.
  private mutating func addPod(_ filter: RecordFilter, of tenant: TenantID) {
    guard filter.pod != nil || filter.namespace != nil else { return }
    var wanted = ["s.path ~ '\(RecordPlaces.pathPattern)'"]
    for (part, value) in [(1, filter.namespace), (2, filter.pod)] {
      guard let value else { continue }
      parameters.append(.text(value))
      wanted.append("split_part(split_part(s.path, '/', -3), '_', \(part)) = \(last)")
    }
    clauses.append(
      "(collector, source) IN (SELECT s.collector, s.source FROM \(tenant.sql).sources s WHERE "
        + wanted.joined(separator: " AND ") + ")")
  }

  private var last: String { "$\(parameters.count)" }

  private mutating func add(_ clause: String, _ value: PostgresValue) {
    parameters.append(value)
    clauses.append(clause + "\(parameters.count)")
  }

  private mutating func add(_ condition: FieldCondition) {
    let field: String
    if condition.column.isJSON {
      parameters.append(.textArray(condition.path))
      field =
        condition.path.isEmpty
        ? "\(Self.column(condition.column))::text" : "(\(Self.column(condition.column)) #>> \(last))"
      if condition.path.isEmpty { parameters.removeLast() }
    } else {
      field = Self.column(condition.column)
    }
    switch condition.comparison {
    case .isPresent: clauses.append("\(field) IS NOT NULL")
    case .equal where condition.column.isNumber: add("\(field) = $", .double(Double(condition.value) ?? 0))
    case .notEqual where condition.column.isNumber: add("\(field) <> $", .double(Double(condition.value) ?? 0))
    case .equal: add("\(field) = $", .text(condition.value))
    case .notEqual: add("\(field) IS DISTINCT FROM $", .text(condition.value))
    case .contains: add("\(field)::text ILIKE $", .text("%\(Self.escapedPattern(condition.value))%"))
    case .notContains:
      add("coalesce(\(field)::text, '') NOT ILIKE $", .text("%\(Self.escapedPattern(condition.value))%"))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      // A text that is no number compares with none.
      let compared =
        condition.column.isNumber
        ? field : "(CASE WHEN \(field) ~ '^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$' THEN \(field)::numeric END)"
      // As numeric: a stored number may be larger than any float.
      parameters.append(.text(condition.value))
      clauses.append("\(compared) \(condition.comparison.rawValue) \(last)::numeric")
    }
  }

  /// The columns that conditions can name are these and no others, so nobody's text reaches SQL.
  private static func column(_ column: FieldCondition.Column) -> String {
    switch column {
    case .args, .extra, .source: column.name
    case .dialect:
      "(CASE dialect \(Dialect.allCases.map { "WHEN \($0.rawValue) THEN '\($0.name)'" }.joined(separator: " ")) END)"
    case .durationMs: "(duration_ns / 1e6)"
    case .resultBytes: "result_bytes"
    case .text(let text): text.name
    }
  }

  private static func escapedPattern(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
  }
}
