import CLibPQ

extension PostgresError {
  /// The primary message as it may be shown. Data exceptions quote the value ("invalid input syntax for type
  /// integer: …"), so theirs is cut at the first quotation mark; other classes quote names of objects only.
  static func printable(_ primary: String, for state: SQLState) -> String {
    let line = primary.prefix { $0 != "\n" && $0 != "\r\n" }
    let isData = state.classCode == "22" || state.classCode == "54"
    guard isData, let quote = line.firstIndex(of: "\"") else { return String(line) }
    return line[..<quote] + "…"
  }

  /// Why no connection came about, in one line. libpq writes host, port and the server's FATAL message; the password
  /// is none of these, and is cut all the same should a server repeat it.
  static func connectionFailure(_ text: String, password: String?) -> PostgresError {
    var line = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    if let password, !password.isEmpty {
      line = line.split(separator: password, omittingEmptySubsequences: false).joined(separator: "…")
    }
    return PostgresError(.connectionFailed, .connect, line.isEmpty ? "no connection" : line)
  }
}
