package import AuditModel

/// An e-mail for the sendmail command: header fields after RFC 5322, the text in base64 of UTF-8 (RFC 2045), the subject as an encoded
/// word (RFC 2047), so that no name in an audit record can add a header.
package enum MailText {
  /// An encoded word has 75 characters at most; these many bytes fit into one.
  private static let wordBytes = 39

  package static func message(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, from: String, to: [String], now: RecordTime
  ) -> String {
    let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
    var lines = [
      "From: \(plain(from))", "To: \(to.map(plain).joined(separator: ", "))", "Subject: \(encoded(texts.title))",
      "Date: \(date(now))", "Message-ID: <\(message.id)@\(plain(host))>", "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
    ]
    // Mail readers show the messages about one alert together.
    if let key = message.key { lines.append("References: <\(key)@\(plain(host))>") }
    lines.append("")
    let text = Base64Text.encode(Array(texts.text.utf8)).utf8
    var rest = Array(text)[...]
    while !rest.isEmpty {
      lines.append(String(decoding: rest.prefix(76), as: UTF8.self))
      rest = rest.dropFirst(76)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func plain(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
  }

  private static func encoded(_ text: String) -> String {
    var words: [String] = []
    var word: [UInt8] = []
    for character in text {
      let bytes = Array(String(character).utf8)
      if word.count + bytes.count > wordBytes {
        words.append("=?utf-8?B?\(Base64Text.encode(word))?=")
        word = []
      }
      word += bytes.prefix(wordBytes)
    }
    words.append("=?utf-8?B?\(Base64Text.encode(word))?=")
    return words.joined(separator: "\n ")
  }

  private static func date(_ time: RecordTime) -> String {
    let (year, month, day) = time.day.civil
    let seconds = (time.nanoseconds - time.day.start.nanoseconds) / 1_000_000_000
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((time.day.daysSince1970 % 7 + 7) % 7)]
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return
      "\(weekday), \(day) \(names[month - 1]) \(year) \(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) +0000"
  }
}
