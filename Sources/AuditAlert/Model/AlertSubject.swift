/// Who or what an alert is about. What a finding does not name is nil.
package struct AlertSubject: Sendable, Hashable {
  package var actor: String?
  package var user: String?
  package var client: String?
  package var server: String?
  package var tool: String?
  package var session: String?

  package init(
    actor: String? = nil, user: String? = nil, client: String? = nil, server: String? = nil, tool: String? = nil,
    session: String? = nil
  ) {
    self.actor = actor
    self.user = user
    self.client = client
    self.server = server
    self.tool = tool
    self.session = session
  }

  /// What findings are grouped by: the actor where there is one, else the server's tool. Not the session: a burst over many sessions of one actor is
  /// one thing for whoever is woken by it.
  package var group: String {
    if let actor = actor ?? user ?? client { return "actor=\(actor)" }
    if let tool { return server.map { "tool=\($0)/\(tool)" } ?? "tool=\(tool)" }
    if let server { return "server=\(server)" }
    return session.map { "session=\($0)" } ?? ""
  }

  /// The names and values that there are, in the order of the finding's JSON.
  package var fields: [(name: String, value: String)] {
    [("actor", actor), ("user", user), ("client", client), ("server", server), ("tool", tool), ("session", session)]
      .compactMap { name, value in
        value.map { (name, $0) }
      }
  }
}
