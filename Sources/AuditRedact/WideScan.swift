import CStringScan

/// The tables with which a processor looks at sixty-four bytes of a text at once; see `text_scan.h`.
struct WideScan: Sendable, BitwiseCopyable {
  /// What is known of the bytes before; zero at the start of a text.
  typealias State = text_scan_state

  nonisolated(unsafe) private let tables: UnsafePointer<text_scan_tables>
  /// Whether this processor can.
  let isPossible: Bool

  /// - Parameter beginnings: for each literal the first three bytes, and whether its letters may have any case.
  init(_ beginnings: [(literal: [UInt8], foldsCase: Bool)]) {
    var bytes = Tables()
    for byte in UInt8(0)..<0x80 {
      let kind = Self.classOf(byte)
      bytes.high[Int(byte)] = kind << 2
      bytes.low[Int(byte)] = kind >> 3
      bytes.bit[Int(byte)] = 1 << (kind & 7)
      bytes.kinds[Int(byte)] = ByteInterest.of(byte)
      if ByteClass.of(byte).meets(.base64) { bytes.kinds[Int(byte)] |= UInt8(TEXT_SCAN_BASE64.rawValue) }
    }
    for (literal, _) in beginnings {
      let (first, second, third) = (Self.classOf(literal[0]), Self.classOf(literal[1]), Self.classOf(literal[2]))
      bytes.pairs12[Int(first << 2 | second >> 3)] |= 1 << (second & 7)
      bytes.pairs13[Int(first << 2 | third >> 3)] |= 1 << (third & 7)
      bytes.pairs23[Int(second << 2 | third >> 3)] |= 1 << (third & 7)
    }
    let memory = UnsafeMutablePointer<text_scan_tables>.allocate(capacity: 1)
    let all = [bytes.high, bytes.low, bytes.bit, bytes.kinds, bytes.pairs12, bytes.pairs13, bytes.pairs23].flatMap(
      \.self)
    precondition(all.count == MemoryLayout<text_scan_tables>.size)
    UnsafeMutableRawPointer(memory).copyMemory(from: all, byteCount: all.count)
    tables = UnsafePointer(memory)
    isPossible = text_scan_is_possible() != 0
  }

  /// In the order of `text_scan_tables`.
  private struct Tables {
    var high = [UInt8](repeating: 0, count: 128)
    var low = [UInt8](repeating: 0, count: 128)
    var bit = [UInt8](repeating: 0, count: 128)
    var kinds = [UInt8](repeating: 0, count: 128)
    var pairs12 = [UInt8](repeating: 0, count: 128)
    var pairs13 = [UInt8](repeating: 0, count: 128)
    var pairs23 = [UInt8](repeating: 0, count: 128)
  }

  /// Letters of either case are one; what literals hold beside them is told apart as far as there is room.
  private static func classOf(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- UInt8(ascii: "a")
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- UInt8(ascii: "A")
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 26
    case UInt8(ascii: "-"), UInt8(ascii: "_"): 27
    case 0x20: 28
    case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"): 29
    case 0x80...0xFF: UInt8(TEXT_SCAN_WIDE_CLASS)
    default: 30
    }
  }

  /// Which of the 64 places from `place` on are worth a look, bit n for the n-th.
  @inline(__always)
  func places(_ bytes: Span<UInt8>, _ place: Int, _ end: Int, _ state: inout text_scan_state) -> UInt64 {
    bytes.withUnsafeBufferPointer { buffer in
      // A text that has bytes has an address, and its bytes from `place` to `end` are in bounds.
      guard let start = buffer.baseAddress else { return 0 }
      return text_scan_places(tables, start + place, UInt64(end &- place), &state)
    }
  }

  func deallocate() { UnsafeMutablePointer(mutating: tables).deallocate() }
}
