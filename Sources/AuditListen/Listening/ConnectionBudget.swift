import Synchronization

/// Counts open connections against the limit of all listeners together and that of each.
package final class ConnectionBudget: Sendable {
  private let connectionsMax: Int
  private let open = Mutex(0)

  package init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

  /// - Returns: false when there is no room; true has to be followed by `leave`.
  package func enter() -> Bool {
    open.withLock { open in
      if open >= connectionsMax { return false }
      open += 1
      return true
    }
  }

  package func leave() { open.withLock { $0 -= 1 } }
}
