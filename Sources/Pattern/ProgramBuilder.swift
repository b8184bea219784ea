/// Turns a pattern into instructions, from its end to its beginning, so that each knows where it leads to.
struct ProgramBuilder {
  private(set) var instructions: [Instruction] = [.match]
  private(set) var leafCount = 0
  private let capture: Int?
  /// Where the innermost repetition stands: what makes a program too long.
  private var place = 0

  /// Instructions of a program. What a byte of text can cost grows with it.
  static let instructionsMax = 4096

  /// - Parameter capture: the number of the group that marks the part that goes.
  init(capture: Int?) { self.capture = capture }

  /// Adds the instructions of a part that leads to `next`.
  /// - Returns: where the part begins.
  mutating func add(_ node: PatternNode, next: Int) throws(PatternError) -> Int {
    switch node {
    case .empty: return next
    case .set(let set): return try addSet(set, next: next)
    case .assertion(let assertion): return try append(.assert(assertion, next: next))
    case .sequence(let nodes):
      var start = next
      for node in nodes.reversed() { start = try add(node, next: start) }
      return start
    case .choice(let nodes):
      var starts: [Int] = []
      for node in nodes { starts.append(try add(node, next: next)) }
      return try addSplits(starts)
    case .repeated(let node, let min, let max, let isLazy, let place):
      let outer = self.place
      self.place = place
      let start = try addRepeated(node, min: min, max: max, isLazy: isLazy, next: next)
      self.place = outer
      return start
    case .capture(let node, let number):
      guard number == capture else { return try add(node, next: next) }
      let close = try append(.close(next: next))
      return try append(.open(next: try add(node, next: close)))
    }
  }

  private mutating func append(_ instruction: Instruction) throws(PatternError) -> Int {
    guard instructions.count < Self.instructionsMax else {
      throw PatternError(
        at: place, "the pattern is too long once its repetitions are written out; count less, or to no end")
    }
    instructions.append(instruction)
    return instructions.count - 1
  }

  private mutating func addSplits(_ starts: [Int]) throws(PatternError) -> Int {
    var start = starts[starts.count - 1]
    for earlier in starts.dropLast().reversed() { start = try append(.split(first: earlier, second: start)) }
    return start
  }

  private mutating func addSplit(preferred: Int, other: Int, isLazy: Bool) throws(PatternError) -> Int {
    try append(isLazy ? .split(first: other, second: preferred) : .split(first: preferred, second: other))
  }

  // MARK: Repetitions

  private mutating func addRepeated(
    _ node: PatternNode, min: Int, max: Int?, isLazy: Bool, next: Int
  ) throws(PatternError) -> Int {
    var start = next
    var copies = min
    if let max {
      // Each further one only if the one before was there.
      for _ in min..<max {
        let one = try add(node, next: start)
        start = try addSplit(preferred: one, other: next, isLazy: isLazy)
      }
    } else if min > 0, !node.isNullable {
      start = try addLoop(node, isLazy: isLazy, next: next).body
      copies -= 1
    } else {
      start = try addLoop(node, isLazy: isLazy, next: next).entry
    }
    for _ in 0..<copies { start = try add(node, next: start) }
    return start
  }

  /// - Returns: where to begin for none or more, and where for one or more.
  private mutating func addLoop(
    _ node: PatternNode, isLazy: Bool, next: Int
  ) throws(PatternError) -> (entry: Int, body: Int) {
    let entry = try append(.match)  // stands in until the body is known
    let body = try add(node, next: entry)
    instructions[entry] = isLazy ? .split(first: next, second: body) : .split(first: body, second: next)
    return (entry, body)
  }

  // MARK: Characters

  private mutating func addByte(_ set: ByteSet, next: Int) throws(PatternError) -> Int {
    leafCount += 1
    return try append(.byte(set, next: next, leaf: leafCount - 1))
  }

  /// One character. A set of everything beyond ASCII is a first byte and the continuation bytes behind it, whatever
  /// they are: so it also takes bytes that are no UTF-8.
  private mutating func addSet(_ set: ScalarSet, next: Int) throws(PatternError) -> Int {
    if set.hasAllWide {
      let end = try append(.assert(.characterEnd, next: next))
      let more = try append(.match)
      let continuation = try addByte(ByteSet(0x80...0xBF), next: more)
      instructions[more] = .split(first: continuation, second: end)
      var first = set.ascii
      first.insert(0x80...0xFF)
      return try addByte(first, next: more)
    }
    var starts: [Int] = []
    if set.hasASCII || set.ranges.isEmpty { starts.append(try addByte(set.ascii, next: next)) }
    for range in set.wide {
      for sequence in UTF8Sequence.covering(range) {
        var start = next
        for bytes in sequence.bytes.reversed() { start = try addByte(ByteSet(bytes), next: start) }
        starts.append(start)
      }
    }
    return try addSplits(starts)
  }
}
