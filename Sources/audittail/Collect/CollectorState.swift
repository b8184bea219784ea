import AuditListen
import AuditModel
import AuditQuery
import AuditSpool

/// What a collector says of itself, as plain figures: its spool and its listeners.
struct CollectorState: Sendable {
  let spool: SpoolFigures
  /// For how long the database has taken nothing; 0 where it does.
  let refusedSeconds: Int64
  /// Whether it has ended as it should.
  var isEnded = false
  let spoolBytesMax: Int
  let backlogs: [TenantID: SpoolBacklog]
  /// Nil where nothing is listened on.
  let listening: (addresses: [ListenAddress], values: ListenCounters.Values)?

  /// One JSON object, as `status` shows it.
  var json: String {
    var text = "{\"spool\":{\"bytes\":\(spool.bytes),\"bytesMax\":\(spoolBytesMax),\"pieces\":\(spool.pieces)"
    if let oldest = backlogs.values.compactMap(\.oldest).min() { text += ",\"oldest\":\"\(oldest.rfc3339)\"" }
    text += ",\"refused\":\(spool.refused),\"failures\":\(spool.failures),\"damagedSegments\":\(spool.damagedSegments)"
    text += ",\"damagedBytes\":\(spool.damagedBytes),\"lostPieces\":\(spool.lostPieces),\"tenants\":["
    text += backlogs.sorted { $0.key < $1.key }.map(Self.json).joined(separator: ",") + "]}"
    text += ",\"refusedSeconds\":\(refusedSeconds),\"ended\":\(isEnded)"
    if let (addresses, values) = listening { text += ",\"listening\":" + Self.json(addresses, values) }
    return text + "}"
  }

  private static func json(_ tenant: TenantID, _ backlog: SpoolBacklog) -> String {
    var text = "{\"tenant\":\(RecordFormat.quoted(tenant.name)),\"pieces\":\(backlog.pieces),\"rows\":\(backlog.rows)"
    text += ",\"bytes\":\(backlog.bytes)"
    if let oldest = backlog.oldest { text += ",\"oldest\":\"\(oldest.rfc3339)\"" }
    return text + "}"
  }

  private static func json(_ addresses: [ListenAddress], _ values: ListenCounters.Values) -> String {
    let urls = addresses.map { RecordFormat.quoted("\($0)") }.joined(separator: ",")
    let cut = values.cut.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\"\($0.key.rawValue)\":\($0.value)" }
    let answers = values.answers.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
    return "{\"addresses\":[\(urls)],\"connections\":\(values.connections),\"open\":\(values.connectionsOpen)"
      + ",\"refused\":\(values.connectionsRefused),\"cut\":{\(cut.joined(separator: ","))}"
      + ",\"submissions\":\(values.submissions),\"lines\":\(values.lines),\"bytes\":\(values.bytes)"
      + ",\"linesCut\":\(values.linesCut),\"malformed\":\(values.malformed),\"full\":\(values.full)"
      + ",\"datagramsLost\":\(values.datagramsLost),\"answers\":{\(answers.joined(separator: ","))}}"
  }
}
