package import AuditModel

/// What stands before the message of a syslog line: RFC 5424, or the older custom that RFC 3164 describes.
///
///     <13>1 2026-11-25T10:00:00.5+01:00 host app 123 ID [sd@1 k="v"] {"tool":…}
///     <13>Nov 25 10:00:00 host app[123]: {"tool":…}
///
/// Of the older one everything but the priority is optional; a time in RFC 3339 is understood as well.
package struct SyslogHeader {
  /// Where the message begins: behind the header, the byte order mark and the cookie `@cee:`.
  package let messageStart: Int
  package let time: RecordTime?

  /// - Parameter now: tells the year, which RFC 3164 leaves out.
  /// - Returns: nil for what is no syslog line.
  package init?(_ line: Span<UInt8>, now: RecordTime) {
    guard let afterPriority = Self.priority(line) else { return nil }
    var words = SyslogWords(at: afterPriority)
    let isNew = words.word(line).map { Self.isVersion(line, $0) } ?? false
    var start: Int
    if isNew {
      guard let (message, time) = Self.new(line, &words) else { return nil }
      (start, self.time) = (message, time)
    } else {
      (start, time) = Self.old(line, afterPriority, now: now)
    }
    messageStart = Self.content(line, start)
  }

  /// A line as a syslog daemon writes it into a file, where the priority is mostly left out: the time comes first, and has to be there.
  package init?(inFile line: Span<UInt8>, now: RecordTime) {
    guard let first = line.isEmpty ? nil : line[0] else { return nil }
    if first == UInt8(ascii: "<") {
      self.init(line, now: now)
      return
    }
    let (start, time) = Self.old(line, 0, now: now)
    guard let time, line.count > start else { return nil }
    self.init(messageStart: Self.content(line, start), time: time)
  }

  private init(messageStart: Int, time: RecordTime?) {
    self.messageStart = messageStart
    self.time = time
  }

  /// Behind the byte order mark and the cookie.
  private static func content(_ line: Span<UInt8>, _ start: Int) -> Int {
    var start = start
    if line.hasPrefix([0xEF, 0xBB, 0xBF], at: start) { start += 3 }
    let cookie = start
    while start < line.count, line[start] == 0x20 { start += 1 }
    guard line.hasPrefix(Array("@cee:".utf8), at: start) else { return cookie }
    start += 5
    while start < line.count, line[start] == 0x20 { start += 1 }
    return start
  }

  /// `<0>` to `<191>`; the offset behind it.
  private static func priority(_ line: Span<UInt8>) -> Int? {
    guard line.count >= 3, line[0] == UInt8(ascii: "<") else { return nil }
    var value = 0
    var at = 1
    while at < line.count, at <= 4, line[at].isASCIIDigit {
      value = value * 10 + Int(line[at] &- 0x30)
      at += 1
    }
    guard at > 1, at < line.count, line[at] == UInt8(ascii: ">"), value <= 191 else { return nil }
    return at + 1
  }

  private static func isVersion(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
    word.count == 1 && line[word.lowerBound].isASCIIDigit && line[word.lowerBound] != 0x30
  }

  /// RFC 5424, section 6, behind the version.
  private static func new(_ line: Span<UInt8>, _ words: inout SyslogWords) -> (Int, RecordTime?)? {
    guard let stamp = words.word(line), words.word(line) != nil, words.word(line) != nil, words.word(line) != nil,
      words.word(line) != nil, let end = structuredDataEnd(line, words.at)
    else { return nil }
    let isNil = stamp.count == 1 && line[stamp.lowerBound] == UInt8(ascii: "-")
    let time = isNil ? nil : RecordTime(rfc3339: line.extracting(stamp))
    guard isNil || time != nil else { return nil }
    if end == line.count { return (end, time) }
    return line[end] == 0x20 ? (end + 1, time) : nil
  }

  /// Behind `-` or the last `]`; quotes may hold brackets, and backslashes escape.
  private static func structuredDataEnd(_ line: Span<UInt8>, _ start: Int) -> Int? {
    guard start < line.count else { return nil }
    if line[start] == UInt8(ascii: "-") { return start + 1 }
    var at = start
    while at < line.count, line[at] == UInt8(ascii: "[") {
      var isQuoted = false
      at += 1
      while at < line.count, isQuoted || line[at] != UInt8(ascii: "]") {
        if line[at] == UInt8(ascii: "\"") { isQuoted.toggle() }
        at += isQuoted && line[at] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard at < line.count else { return nil }
      at += 1
    }
    return at > start ? at : nil
  }

  /// A time if there is one, then perhaps a host, then perhaps a tag up to its colon.
  private static func old(_ line: Span<UInt8>, _ start: Int, now: RecordTime) -> (Int, RecordTime?) {
    var at = start
    var time: RecordTime?
    if let (end, stamp) = BSDTime.read(line, at: start, now: now) {
      (at, time) = (end, stamp)
    } else {
      var words = SyslogWords(at: start)
      if let word = words.word(line), let stamp = RecordTime(rfc3339: line.extracting(word)) {
        (at, time) = (words.at, stamp)
      }
    }
    if let message = tagEnd(line, at) { return (message, time) }
    var words = SyslogWords(at: at)
    if time == nil, let object = objectStart(line, at) { return (object, nil) }
    guard time != nil, at < line.count, line[at] != UInt8(ascii: "{"), words.word(line) != nil else {
      return (at, time)
    }
    return (tagEnd(line, words.at) ?? words.at, time)
  }

  /// Where the time cannot be read, whatever stands there, the message is still the JSON object with which the line ends.
  private static func objectStart(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var end = line.count
    while end > start, line[end - 1] == 0x20 { end -= 1 }
    guard end > start, line[end - 1] == UInt8(ascii: "}"), line[start] != UInt8(ascii: "{") else { return nil }
    return (start + 1..<min(end, start + headerBytesMax)).first {
      line[$0] == UInt8(ascii: "{") && line[$0 - 1] == 0x20
    }
  }

  private static let headerBytesMax = 256

  /// Behind `app:`, `app[12]: ` and their like; nil where no tag stands.
  private static func tagEnd(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var at = start
    while at < line.count, at - start < 128, isTag(line[at]) { at += 1 }
    guard at > start, at < line.count else { return nil }
    if line[at] == UInt8(ascii: "[") {
      while at < line.count, line[at] != UInt8(ascii: "]"), line[at] != 0x20 { at += 1 }
      at += 1
    }
    guard at < line.count, line[at] == UInt8(ascii: ":") else { return nil }
    at += 1
    return at < line.count && line[at] == 0x20 ? at + 1 : at
  }

  private static func isTag(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "/")
  }
}

/// Words that are separated by single blanks.
private struct SyslogWords {
  var at: Int

  /// The next word, which a blank ends; afterwards `at` is behind the blank.
  mutating func word(_ line: Span<UInt8>) -> Range<Int>? {
    let start = at
    var end = at
    while end < line.count, line[end] != 0x20 { end += 1 }
    guard end > start, end < line.count else { return nil }
    at = end + 1
    return start..<end
  }
}

extension Span where Element == UInt8 {
  func hasPrefix(_ prefix: [UInt8], at start: Int) -> Bool {
    guard start + prefix.count <= count else { return false }
    for (index, byte) in prefix.enumerated() where self[start + index] != byte { return false }
    return true
  }
}
