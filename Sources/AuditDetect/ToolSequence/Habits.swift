import Glibc

/// What one caller's order of tools looks like: how often each tool was called, and how often each run of two, three and four tools, in
/// `CountTable`s of less than 4 KiB together.
struct Habits: Sendable {
  /// The longest context: three tools.
  static let order = 3
  /// Tables of 1 KiB and of 2.5 KiB.
  private static let toolBucketsMax = 16
  private static let runBucketsMax = 42

  var tools = CountTable(bucketsMax: toolBucketsMax)
  var runs = CountTable(bucketsMax: runBucketsMax)
  /// Calls and session ends that were learned.
  private(set) var total = 0.0

  init() {}

  /// Stand before the first and after the last call of a session.
  static let before: UInt64 = 0x5174_6172_7400_0001
  static let after: UInt64 = 0x456E_6400_0000_0003

  static func key(of tool: UInt64) -> UInt32 { CountTable.key(Name.mix(tool, 0xE703_7ED1_A0B4_28DB), isLong: false) }

  /// Learns a session: its tools between `order` times `before` and one `after`.
  mutating func learn(_ padded: [UInt64]) {
    for index in Self.order..<padded.count {
      tools.add(Self.key(of: padded[index]))
      total += 1
      var hash = padded[index]
      for length in 1...Self.order {
        // The longest runs are many and say little; they are worth their bytes only where what they begin or end with is known.
        if length == Self.order {
          let context = Self.longer(padded[index - 1], padded[index - 2])
          let isKnown =
            runs.count(CountTable.key(hash, isLong: true)) > 1 || runs.count(CountTable.key(context, isLong: false)) > 1
          if !isKnown { break }
        }
        hash = Self.longer(hash, padded[index - length])
        runs.add(CountTable.key(hash, isLong: length > 1))
      }
    }
    tools.add(Self.key(of: Self.before))
  }

  /// The hash of a run that is made longer at its front.
  @inline(__always)
  static func longer(_ run: UInt64, _ tool: UInt64) -> UInt64 {
    Name.mix(run ^ 0x8EBC_6AF0_9C88_C6E3, tool ^ 0xA076_1D64_78BD_642F)
  }

  func count(ofTool tool: UInt64) -> Double { tools.count(Self.key(of: tool)) }

  func count(ofPair first: UInt64, _ second: UInt64) -> Double {
    runs.count(CountTable.key(Self.longer(second, first), isLong: false))
  }

  func write(to writer: inout StateWriter) {
    writer.put(total)
    tools.write(to: &writer)
    runs.write(to: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    total = try reader.double()
    tools = try CountTable(bucketsMax: Self.toolBucketsMax, from: &reader)
    runs = try CountTable(bucketsMax: Self.runBucketsMax, from: &reader)
  }
}
