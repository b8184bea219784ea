import Glibc

/// Words and figures of the bench: results on stdout, what goes on meanwhile on stderr.
enum Report {
  static func line(_ text: String) { put(text, to: 1) }
  static func note(_ text: String) { put(text, to: 2) }

  private static func put(_ text: String, to file: Int32) {
    let bytes = Array("\(text)\n".utf8)
    var at = 0
    while at < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: at), $0.count - at) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      at += count
    }
  }

  /// With a fixed number of decimals.
  static func number(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, (value * scale).magnitude < 1e15 else { return "\(value)" }
    let scaled = Int64((value.magnitude * scale).rounded())
    let whole = scaled / Int64(scale)
    let rest = String(scaled % Int64(scale))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    return decimals == 0
      ? "\(sign)\(whole)" : "\(sign)\(whole).\(String(repeating: "0", count: decimals - rest.utf8.count))\(rest)"
  }

  /// Right-aligned.
  static func cell(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension Duration {
  /// For figures only.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
