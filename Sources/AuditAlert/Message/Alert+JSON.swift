import AuditModel

/// Alerts and what happened to them as `audittail alerts` prints them, an object a line.
extension Alert {
  package func json(in scope: AlertScope, transitions: [AlertTransition]? = nil) -> String {
    JSONValue.members([
      ("tenant", .text(scope.tenant)), ("alert", .count(id)), ("state", .string(state.rawValue)),
      ("severity", .string(severity.rawValue)), ("detector", .string(key.detector)),
      ("subject", .members(subject.fields.map { ($0.name, .string($0.value)) })), ("summary", .string(summary)),
      ("score", .number("\(score.isFinite ? score : 0)")), ("unusual", .text(Rarity.words(score: score))),
      ("since", .string(since.rfc3339)), ("last", .string(lastAt.rfc3339)),
      ("firingSince", .string(firingSince.rfc3339)), ("findings", .count(findings)),
      ("next", .string(NextStep.words(detector: key.detector))),
      (
        "told",
        .members(
          told.sorted { $0.key < $1.key }.map { receiver, last in
            (receiver, .string(last.event.rawValue + (last.isFolded ? " in a digest" : "")))
          })
      ), ("transitions", transitions.map { .array($0.map(\.value)) }),
      ("evidence", transitions == nil ? nil : JSONValue(evidence)),
    ]).text
  }
}

extension AlertTransition {
  fileprivate var value: JSONValue {
    .members([
      ("number", .count(number)), ("at", .string(at.rfc3339)), ("event", .string(event.rawValue)),
      ("state", .string(state.rawValue)), ("severity", .string(severity.rawValue)), ("by", .text(by)),
      ("note", .text(note)),
    ])
  }
}
