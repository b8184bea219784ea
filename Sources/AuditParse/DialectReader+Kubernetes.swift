import AuditModel
import JSON

/// Audit events of Kubernetes API servers, `audit.k8s.io/v1`, alone or as a webhook's `EventList`, and the text that came before
/// them. An event comes once for each stage that it reached, under one auditID; the last one is the record.
///
/// Source: kubernetes/apiserver, pkg/apis/audit/v1/types.go and plugin/pkg/audit/log.
extension DialectReader {
  func isKubernetes(_ object: Int) -> Bool {
    guard let version = document.value("apiVersion", of: object), document.begins(version, with: "audit.k8s.io/") else {
      return false
    }
    return true
  }

  mutating func readKubernetes(_ object: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    if document.isText(document.value("kind", of: object), "Event") {
      readEvent(object, context, &open)
      return true
    }
    guard document.isText(document.value("kind", of: object), "EventList") else { return false }
    for item in document.elements(of: document.value("items", of: object)) {
      if document.isObject(item) {
        readEvent(item, context, &open, isInList: true)
      } else {
        reject(item, .notObject, context)
      }
    }
    return true
  }

  private mutating func readEvent(
    _ event: Int, _ context: Context, _ open: inout OpenEvents, isInList: Bool = false
  ) {
    let stage = document.text(document.value("stage", of: event)) ?? []
    guard let id = document.text(document.value("auditID", of: event)) else {
      return emit(canonical(event, isOver: true), context.place)
    }
    guard open.seen.insert(id + [0] + stage) else { return reject(event, .duplicate, context) }
    let isOver = !Self.isEarly(stage)
    let known = open.seen.contains(id + [1])
    if !isOver, known {
      // Its end came before its beginning, as webhooks may have it.
      return reject(event, .duplicate, context)
    }
    if let begun = open.stages.take(id), begun.sharesLine { open.stages.note(end: context.place, of: begun.place) }
    let canonical = canonical(event, isOver: isOver)
    if isOver {
      _ = open.seen.insert(id + [1])
      return emit(canonical, context.place)
    }
    makeRoom(&open)
    let began = document.time(document.value("stageTimestamp", of: event)) ?? context.place.time
    open.stages.put(
      OpenStages.Stage(
        canonical: canonical, began: began, readAt: context.now, place: context.place, sharesLine: isInList), id)
  }

  static func isEarly(_ stage: [UInt8]) -> Bool {
    stage == Array("RequestReceived".utf8) || stage == Array("ResponseStarted".utf8)
  }

  /// Ends an event whose last stage did not come.
  mutating func endStage(_ id: [UInt8], _ open: inout OpenEvents) {
    guard let stage = open.stages.take(id) else { return }
    emit(stage.canonical, stage.place)
  }

  private func canonical(_ event: Int, isOver: Bool) -> Canonical {
    var canonical = Canonical(.kubernetes)
    let received = document.value("requestReceivedTimestamp", of: event)
    let staged = document.value("stageTimestamp", of: event)
    canonical.put(.time, received ?? staged ?? document.value("timestamp", of: event), of: document)
    let object = document.value("objectRef", of: event)
    canonical.put(.tool, text: tool(event, object))
    let user = document.value("user", of: event)
    canonical.put(.user, text: document.text(document.value(["username", "uid"], of: user)))
    canonical.put(.request, document.value("auditID", of: event), of: document)
    canonical.put(.event, document.value("stage", of: event), of: document)
    // All addresses but the last can be forged by whoever calls.
    let address = document.elements(of: document.value("sourceIPs", of: event)).last
    canonical.put(.address, text: document.text(address))
    canonical.put(.args, document.value("requestObject", of: event) ?? object, of: document)
    let response = document.value("responseStatus", of: event)
    let code = document.integer(document.value("code", of: response))
    canonical.put(.status, status(event, code, isOver: isOver))
    if let code, code >= 400 {
      canonical.put(.error, text: document.text(document.value(["message", "reason"], of: response)))
    }
    if isOver, let begin = document.time(received), let end = document.time(staged), end >= begin {
      canonical.put(duration: end.nanoseconds - begin.nanoseconds)
    }
    if document.isText(document.value("audit.k8s.io/truncated", of: document.value("annotations", of: event)), "true") {
      canonical.marks.insert(.truncated)
    }
    var taken: [StaticString] = ["kind", "auditID", "requestObject"]
    if received == nil && staged != nil { taken.append("stageTimestamp") }
    canonical.keepMembers(of: event, in: document, except: taken)
    return canonical
  }

  /// `update leases`: the verb, and what it was done to.
  private func tool(_ event: Int, _ object: Int?) -> [UInt8] {
    let verb = document.text(document.value("verb", of: event)) ?? Array("(unknown)".utf8)
    guard var resource = document.text(document.value("resource", of: object)) else { return verb }
    if let part = document.text(document.value("subresource", of: object)) { resource += [UInt8(ascii: "/")] + part }
    return verb + [32] + resource
  }

  private func status(_ event: Int, _ code: Int64?, isOver: Bool) -> String {
    if document.isText(document.value("stage", of: event), "Panic") { return "error" }
    let annotations = document.value("annotations", of: event)
    if document.isText(document.value("authorization.k8s.io/decision", of: annotations), "forbid") { return "denied" }
    guard let code, code > 0 else { return "unknown" }
    return isOver || code >= 400 ? statusWord(http: code) : "unknown"
  }

  // MARK: The text of before

  /// `TIME AUDIT: id="…" stage="…" ip="…" method="…" user="…" groups="…" as="…" … response="…"`
  mutating func readLegacyKubernetes(
    _ text: [UInt8], fieldsAt start: Int, _ context: Context, _ open: inout OpenEvents
  ) -> Bool {
    let fields = TextFields(text[start...])
    let field = { (name: String) -> [UInt8]? in
      fields[name].flatMap { Self.placeholders.contains(String(decoding: $0, as: UTF8.self)) ? nil : $0 }
    }
    guard let id = field("id") else { return false }
    let stage = field("stage") ?? []
    guard open.seen.insert(id + [0] + stage) else {
      emit(.rejected(.duplicate), text, context.place)
      return true
    }
    var canonical = Canonical(.kubernetes)
    let own = Self.leadingTime(text)
    if let own { canonical.put(.time, own.rfc3339) }
    canonical.put(.tool, text: field("method") ?? Array("(unknown)".utf8))
    canonical.put(.user, text: field("user"))
    canonical.put(.request, text: id)
    canonical.put(.event, text: field("stage"))
    canonical.put(.address, text: field("ip"))
    let code = field("response").flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
    canonical.put(.status, code.map(statusWord) ?? "unknown")
    if let method = field("method") { canonical.keep("verb", String(decoding: method, as: UTF8.self)) }
    if let code { canonical.keep("code", number: Int(code)) }
    if let groups = field("groups") { canonical.keep("groups", json: Self.list(groups)[...]) }
    let taken: Set<String> = ["id", "stage", "ip", "method", "user", "response", "groups"]
    for (name, _) in fields.fields where !taken.contains(name) {
      if let value = field(name) { canonical.keep(name, String(decoding: value, as: UTF8.self)) }
    }
    _ = open.stages.take(id)
    if Self.isEarly(stage), code == nil {
      makeRoom(&open)
      open.stages.put(
        OpenStages.Stage(
          canonical: canonical, began: own ?? context.place.time, readAt: context.now, place: context.place), id)
    } else {
      emit(canonical, context.place)
    }
    return true
  }

  private static let placeholders: Set<String> = ["<none>", "<unknown>", "<self>", "<lookup>", "<deferred>"]

  /// `"a","b"` as a JSON list.
  private static func list(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [UInt8(ascii: "[")]
    for piece in text.split(separator: UInt8(ascii: ",")) {
      if out.count > 1 { out.append(UInt8(ascii: ",")) }
      let plain = piece.filter { $0 != UInt8(ascii: "\"") }
      writeString(Array(String(decoding: plain, as: UTF8.self).utf8).span, into: &out)
    }
    out.append(UInt8(ascii: "]"))
    return out
  }
}
