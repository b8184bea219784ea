extension ToolSequenceDetector {
  func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    let name = Name(subject)
    guard let known = subjects[OpenSession.subject(name, .none)] ?? subjects[OpenSession.subject(.none, name)] else {
      return []
    }
    return [
      "\(Int(known.sessions)) sessions seen, \(Int(known.habits.total)) calls and ends of sessions learned, \(max(known.habits.tools.distinct - 2, 0)) different tools",
      "usual surprise of a session \(SequenceEvidence.rounded(known.usualSurprise)) nats; last session's otherness \(SequenceEvidence.rounded(known.carried))",
      known.sessions < Self.sessionsMin
        ? "still learning: judged from session \(Int(Self.sessionsMin)) on" : "judged",
    ]
  }
}
