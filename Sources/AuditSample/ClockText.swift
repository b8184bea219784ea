import AuditModel

/// Writes times as RFC 3339. The text of a second is kept, since the next line is mostly of the same one.
struct ClockText: Sendable {
  enum Precision: Sendable {
    /// Three digits, as JavaScript's `toISOString` writes it.
    case milliseconds
    /// Six digits.
    case microseconds
    /// Nine digits with trailing zeros left out, as Go's RFC3339Nano and therefore containerd writes it.
    case nanosecondsTrimmed
  }

  private static let nanosecondsPerSecond: Int64 = 1_000_000_000
  private var second = Int64.min
  /// `2026-11-25T13:38:51`
  private var text: [UInt8] = []

  mutating func put(_ time: RecordTime, _ precision: Precision, to out: inout [UInt8]) {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: Self.nanosecondsPerSecond)
    let second = remainder < 0 ? quotient - 1 : quotient
    if second != self.second {
      self.second = second
      text = Array(RecordTime(nanoseconds: second * Self.nanosecondsPerSecond).rfc3339.utf8.dropLast())
    }
    out.append(contentsOf: text)
    let fraction = time.nanoseconds - second * Self.nanosecondsPerSecond
    switch precision {
    case .milliseconds: Self.put(fraction / 1_000_000, digits: 3, to: &out)
    case .microseconds: Self.put(fraction / 1000, digits: 6, to: &out)
    case .nanosecondsTrimmed:
      if fraction > 0 {
        Self.put(fraction, digits: 9, to: &out)
        while out.last == UInt8(ascii: "0") { out.removeLast() }
      }
    }
    out.append(UInt8(ascii: "Z"))
  }

  private static func put(_ fraction: Int64, digits: Int, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "."))
    var scale: Int64 = 1
    for _ in 1..<digits { scale *= 10 }
    var rest = fraction
    while scale > 0 {
      out.append(UInt8(truncatingIfNeeded: 0x30 + rest / scale))
      rest %= scale
      scale /= 10
    }
  }
}
