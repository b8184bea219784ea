/// The five-character code that PostgreSQL gives to every error (Appendix A of its manual).
package struct SQLState: Hashable, Sendable, CustomStringConvertible {
  package let code: String

  /// Returns nil unless the text is five digits or capital letters.
  package init?(_ text: String) {
    let isCode = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    guard isCode, text.utf8.count == 5 else { return nil }
    code = text
  }

  private init(known code: String) {
    self.code = code
  }

  /// Also what a row without a matching partition gets.
  package static let checkViolation = SQLState(known: "23514")
  package static let invalidTextRepresentation = SQLState(known: "22P02")
  package static let statementCompletionUnknown = SQLState(known: "40003")
  package static let readOnlyTransaction = SQLState(known: "25006")
  package static let undefinedTable = SQLState(known: "42P01")
  package static let undefinedSchema = SQLState(known: "3F000")
  package static let undefinedColumn = SQLState(known: "42703")
  package static let undefinedFunction = SQLState(known: "42883")
  package static let insufficientPrivilege = SQLState(known: "42501")
  package static let lockNotAvailable = SQLState(known: "55P03")
  package static let objectInUse = SQLState(known: "55006")
  package static let adminShutdown = SQLState(known: "57P01")
  package static let diskFull = SQLState(known: "53100")

  /// The first two characters, for example "22" for data exceptions.
  package var classCode: String { String(code.prefix(2)) }

  package var description: String { code }

  /// Whether the same statement may succeed later, on this connection or on a new one, without anyone changing it.
  /// A read-only transaction counts: after a failover the next connection finds the new primary.
  package var isTransient: Bool {
    switch classCode {
    case "08", "40", "53", "58": true
    case "57": code != "57P04"
    default: self == .lockNotAvailable || self == .objectInUse || self == .readOnlyTransaction
    }
  }

  /// Whether the values are at fault, so that leaving some of them out lets the others through. Class 54 is here
  /// because a value too deep, too long or too wide for an index is reported as a limit of the server.
  package var isDataError: Bool {
    ["22", "23", "54"].contains(classCode)
  }

  /// Whether the connection behind it is of no more use: the server is leaving, or it is not the primary.
  var endsConnection: Bool {
    classCode == "08" || code.hasPrefix("57P") || self == .readOnlyTransaction
  }

  /// Whether an answer with this code to COMMIT leaves open if the transaction is durable. A server that shuts down
  /// while it waits for a synchronous standby has committed already.
  var leavesCommitOpen: Bool {
    ["08", "58", "XX"].contains(classCode) || code.hasPrefix("57P") || self == .statementCompletionUnknown
  }
}
