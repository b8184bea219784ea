package import AuditModel

/// One line of a container runtime's log file: `time SP stream SP tags SP content`, after Kubernetes' design
/// "CRI: Log management for container stdout/stderr streams" and kubelet's reader: only the first tag counts, `P` says
/// that the line goes on in the next one of the same stream, and the content may be empty or begin with blanks.
package struct CRILine: Sendable, Hashable {
  package let stream: OutputStream
  package let isPartial: Bool
  /// Where the content begins in the line.
  package let contentStart: Int

  /// - Returns: nil where the bytes are no such line; they are then a line as they stand.
  package init?(_ line: Span<UInt8>) {
    // The shortest time is `2006-01-02T15:04:05Z`, the shortest line ends after the tag's blank.
    guard line.count >= 30, line[4] == UInt8(ascii: "-"), line[7] == UInt8(ascii: "-"),
      line[10] | 0x20 == UInt8(ascii: "t"),
      line[0].isASCIIDigit
    else { return nil }
    var at = 20
    let timeEnd = min(line.count, Self.timeBytesMax)
    while at < timeEnd, line[at] != UInt8(ascii: " ") { at += 1 }
    // `stdout P ` follows: the stream's name has six bytes in both cases.
    guard at + 9 <= line.count, line[at] == UInt8(ascii: " "), line[at + 7] == UInt8(ascii: " "),
      line[at + 1] == UInt8(ascii: "s"), line[at + 2] == UInt8(ascii: "t"), line[at + 3] == UInt8(ascii: "d")
    else { return nil }
    switch (line[at + 4], line[at + 5], line[at + 6]) {
    case (UInt8(ascii: "o"), UInt8(ascii: "u"), UInt8(ascii: "t")): stream = .stdout
    case (UInt8(ascii: "e"), UInt8(ascii: "r"), UInt8(ascii: "r")): stream = .stderr
    default: return nil
    }
    let tags = at + 8
    var end = tags
    while end < line.count, line[end] != UInt8(ascii: " ") { end += 1 }
    guard end < line.count, end > tags else { return nil }
    isPartial = line[tags] == UInt8(ascii: "P") && (end == tags + 1 || line[tags + 1] == UInt8(ascii: ":"))
    contentStart = end + 1
  }

  /// `2006-01-02T15:04:05.999999999+00:00` and a little room.
  private static let timeBytesMax = 48

  /// The runtime's time of a line that is known to be one of its lines.
  package static func time(of line: Span<UInt8>) -> RecordTime? {
    var end = 0
    while end < min(line.count, timeBytesMax), line[end] != UInt8(ascii: " ") { end += 1 }
    return RecordTime(rfc3339: line.extracting(0..<end))
  }
}
