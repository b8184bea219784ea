import AuditModel

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
    if let actor = actor ?? user ?? client { return Self.bounded("actor=\(actor)") }
    if let tool { return Self.bounded(server.map { "tool=\($0)/\(tool)" } ?? "tool=\(tool)") }
    if let server { return Self.bounded("server=\(server)") }
    return session.map { Self.bounded("session=\($0)") } ?? ""
  }

  /// An index of PostgreSQL holds less than 2704 bytes, and what a record claims may be longer: then a digest tells two apart.
  static let groupBytesMax = 256

  private static func bounded(_ text: String) -> String {
    guard text.utf8.count > groupBytesMax else { return text }
    let beginning = String(decoding: text.utf8.prefix(groupBytesMax - 20), as: UTF8.self)
    return "\(beginning)#\(Digest(of: Array(text.utf8)).hex.prefix(16))"
  }

  /// The names and values that there are, in the order of the finding's JSON.
  package var fields: [(name: String, value: String)] {
    [("actor", actor), ("user", user), ("client", client), ("server", server), ("tool", tool), ("session", session)]
      .compactMap { name, value in
        value.map { (name, $0) }
      }
  }
}
