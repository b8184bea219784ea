/// What whoever is woken should do first, for each detector.
enum NextStep {
  static func words(detector: String) -> String {
    table[detector]
      ?? "Look at the sample records of the evidence, and ask whoever owns the subject whether this was meant."
  }

  private static let table: [String: String] = [
    "rate-spike":
      "Look at what is called and by which session; if nobody knows of a job, rate-limit or revoke the client's credentials.",
    "rate-drop": "Check that the client and the server it calls are up; a client that stopped may have been replaced.",
    "tool-sequence":
      "Read the session's calls in order; steps that fit no known task may be injected. Stop the session if unsure.",
    "off-hours":
      "Ask the user whether it was them. If not, revoke their sessions and look at what was read since then.",
    "geo": "Ask the user whether they travel or use a VPN. If not, revoke their sessions and rotate their credentials.",
    "first-use":
      "Check that the actor's role includes this tool, and what was done with it; take the grant back if it does not.",
    "error-rate": "Look at the commonest error and at the server's latest change; roll back if they fit together.",
    "latency": "Look at the server's saturation and at what it depends on; callers may be waiting.",
    "auth-failure":
      "Look where the attempts come from. Many users of one address: block it. One user: reset their credentials.",
    "data-volume":
      "Look at what was read and where it went; if nobody asked for an export, stop the session and keep the evidence.",
    "budget": "Look at who spends it; raise the budget if this is meant, otherwise limit the client.",
    "tool-collision":
      "Compare both servers' descriptions of the tool; disable the one that was added last until its owner explains.",
    "silence":
      "Check that the server and its collector run: what does not log is not audited.",
    "collector-silent":
      "Check that the collector's pod and node are up, and that it reaches the database: audittail status.",
    "collector-lag": "Check the database's load and disk; lines wait in their files until it keeps up.",
    "spool-filling": "Check that the collector reaches the database; at the spool's limit it stops taking lines.",
    "prune-failed":
      "Run audittail prune by hand and read its answer; a long query or backup may hold the lock.",
    "verification-failed":
      "Run audittail verify again; keep the database and its backups as they are, and find out who could write to it.",
    "receiver-disabled":
      "The receiver said that it is gone. Correct its address, then run audittail alerts test-receiver.",
    "delivery-failed":
      "Run audittail alerts deliveries --dead; when the receiver works again, audittail alerts replay.",
  ]
}
