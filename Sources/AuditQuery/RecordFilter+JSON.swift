import AuditModel

extension RecordFilter {
  /// The question as one JSON object, for the log of who asked what.
  package var json: String {
    var members: [String] = []
    func put(_ name: String, _ value: String?) {
      if let value { members.append("\(RecordFormat.quoted(name)):\(RecordFormat.quoted(value))") }
    }
    put("since", since?.rfc3339)
    put("until", until?.rfc3339)
    put("actor", actor)
    put("tool", tool)
    put("server", server)
    put("session", session)
    put("status", status)
    put("pod", pod)
    put("namespace", namespace)
    put("text", text)
    if !conditions.isEmpty {
      let list = conditions.map { condition in
        let field = ([condition.column.name] + condition.path).joined(separator: ".")
        return RecordFormat.quoted(field + condition.comparison.rawValue + condition.value)
      }
      members.append("\"where\":[\(list.joined(separator: ","))]")
    }
    return "{\(members.joined(separator: ","))}"
  }
}
