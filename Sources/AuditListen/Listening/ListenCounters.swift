import Synchronization

/// What listeners count about themselves; whoever exposes metrics reads it.
package final class ListenCounters: Sendable {
  package struct Values: Sendable, Hashable {
    package var connections = 0
    /// Closed at once because `connections` or `listener_connections` was reached.
    package var connectionsRefused = 0
    package var connectionsOpen = 0
    /// Cut in the middle, by why.
    package var cut: [CutReason: Int] = [:]
    package var submissions = 0
    package var lines = 0
    package var bytes = 0
    package var linesCut = 0
    /// HTTP answers by status.
    package var answers: [Int: Int] = [:]
    /// Bytes that spoke no protocol: TLS, HTTP, MessagePack or OTLP that cannot be read.
    package var malformed = 0
    /// Times that the sink had no room.
    package var full = 0
    /// Datagrams that the kernel dropped because they were not read in time.
    package var datagramsLost = 0
    /// Lines that a shutdown had to give up, because the sink took nothing until its end.
    package var linesGivenUp = 0
  }

  private let values = Mutex(Values())

  package init() {}

  package var all: Values { values.withLock { $0 } }

  func count(_ change: (inout Values) -> Void) { values.withLock { change(&$0) } }

  func countCut(_ reason: CutReason) { count { $0.cut[reason, default: 0] += 1 } }
}

/// Why a peer was cut.
package enum CutReason: String, Sendable, Hashable {
  /// It did not finish its handshake in time.
  case handshake
  /// It brought nothing for too long.
  case idle
  /// What it began it did not finish in time.
  case slow
  /// Its unfinished line did not fit into the memory that its tenant may use.
  case memory
  /// This program shuts down.
  case shutdown
  /// Its certificate names no tenant, or it could not say who it is.
  case identity
}
