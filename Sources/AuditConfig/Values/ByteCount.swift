/// A size in bytes, zero or more.
///
///     size = number [unit]            64MiB   10KB   512B   4096
///     unit = "B" / "KB" / "MB" / "GB" / "TB" / "KiB" / "MiB" / "GiB" / "TiB"
///
/// A bare number counts bytes; KB is 1000 of them and KiB 1024.
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let bytes: Int

  /// A size of `bytes`, which must not be negative.
  package init(_ bytes: Int) {
    precondition(bytes >= 0, "a size cannot be negative")
    self.bytes = bytes
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  /// From large to small, and the binary unit first where both say it, since limits are powers of two.
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20),
    ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1000), ("B", 1),
  ]

  /// What to write, for the end of a message.
  private static let hint = "write bytes, or a number and a unit (B, KB, MB, GB, TB, KiB, MiB, GiB, TiB), as in 64MiB"

  /// Reads a size.
  package init(parsing text: String) throws(GrammarProblem) {
    guard !text.isEmpty else { throw GrammarProblem("is empty: \(Self.hint)") }
    guard text.utf8.first != UInt8(ascii: "-") else { throw GrammarProblem("is negative: \(Self.hint)") }
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty else { throw GrammarProblem("is not a size: \(Self.hint)") }
    let name = text[digits.endIndex...]
    guard let unit = name.isEmpty ? 1 : Self.units.first(where: { $0.name == name })?.bytes else {
      throw GrammarProblem("has an unknown unit: \(Self.hint)")
    }
    guard let number = Int(digits) else { throw GrammarProblem("is too large a size") }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw GrammarProblem("is too large a size") }
    self.init(bytes)
  }

  /// The size with the largest unit that says it exactly.
  package var description: String {
    for unit in Self.units where bytes >= unit.bytes && bytes.isMultiple(of: unit.bytes) {
      return "\(bytes / unit.bytes)\(unit.name)"
    }
    return "0B"
  }
}

extension Grammar where Value == Int {
  /// A size, for properties whose name says that they count bytes.
  static let bytes = Grammar("size") { text throws(GrammarProblem) in
    try ByteCount(parsing: text).bytes
  } print: {
    ByteCount($0).description
  }
}
