/// A pattern as its author wrote it, before it becomes a program.
indirect enum PatternNode: Sendable {
  case empty
  /// One character of a set.
  case set(ScalarSet)
  case assertion(Assertion)
  case sequence([PatternNode])
  /// The first that leads to a match wins.
  case choice([PatternNode])
  /// `max` is nil where there is no limit; `place` is where the repetition stands in the text.
  case repeated(PatternNode, min: Int, max: Int?, isLazy: Bool, place: Int)
  /// A group that captures, counted from 1.
  case capture(PatternNode, number: Int)

  /// The length of the shortest match in bytes; nil if there is none.
  var lengthMin: Int? {
    switch self {
    case .empty, .assertion: 0
    case .set(let set): set.ranges.first.map { utf8Length($0.lowerBound) }
    case .sequence(let nodes):
      nodes.reduce(0) { sum, node in sum.flatMap { sum in node.lengthMin.map { Self.capped(sum + $0) } } }
    case .choice(let nodes): nodes.compactMap(\.lengthMin).min()
    case .repeated(let node, let min, _, _, _): min == 0 ? 0 : node.lengthMin.map { Self.capped($0 * min) }
    case .capture(let node, _): node.lengthMin
    }
  }

  /// No program is so long; repetitions of repetitions may claim to be.
  private static func capped(_ length: Int) -> Int { min(length, 1 << 30) }

  var isNullable: Bool { lengthMin == 0 }
}

/// Bytes of a character in UTF-8.
func utf8Length(_ scalar: UInt32) -> Int { scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4 }
