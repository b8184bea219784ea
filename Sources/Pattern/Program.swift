/// A pattern as the matcher runs it.
///
/// The text is read backwards first, so besides its successors each instruction knows what leads to it.
struct Program: Sendable {
  let instructions: [Instruction]
  let start: Int
  let leafCount: Int
  /// Words of a set of leaves.
  let leafWords: Int

  /// Bytes that no part of the pattern tells apart have one class.
  let classes: [UInt8]
  let classCount: Int
  /// What assertions know of each class, as far as this program asks.
  let contexts: [ByteContext]
  let asked: ByteContext

  /// For each class the leaves that take its bytes, `leafWords` words each.
  let leavesOfClass: [UInt64]
  /// The instruction of each leaf.
  let leaves: [Int]
  private let origins: [Int]
  private let originEnds: [Int]

  init(_ node: PatternNode, capture: Int?) throws(PatternError) {
    var builder = ProgramBuilder(capture: capture)
    start = try builder.add(node, next: 0)
    instructions = builder.instructions
    leafCount = builder.leafCount
    leafWords = max(1, (leafCount + 63) / 64)

    var asked: ByteContext = []
    var sets: [ByteSet] = []
    var leaves = [Int](repeating: 0, count: leafCount)
    for (place, instruction) in instructions.enumerated() {
      switch instruction {
      case .assert(let assertion, _): asked.formUnion(assertion.context)
      case .byte(let set, _, let leaf):
        sets.append(set)
        leaves[leaf] = place
      case .split, .open, .close, .match: break
      }
    }
    self.asked = asked
    self.leaves = leaves
    (classes, classCount) = Self.partition(Set(sets), asked)
    var contexts = [ByteContext](repeating: [], count: classCount)
    var leavesOfClass = [UInt64](repeating: 0, count: classCount * leafWords)
    var isDone = [Bool](repeating: false, count: classCount)
    for byte in 0...UInt8.max {
      let own = Int(classes[Int(byte)])
      if isDone[own] { continue }
      isDone[own] = true
      contexts[own] = ByteContext(of: byte).intersection(asked)
      for (leaf, place) in leaves.enumerated() {
        if case .byte(let set, _, _) = instructions[place], set.contains(byte) {
          leavesOfClass[own * leafWords + leaf / 64] |= 1 << UInt64(leaf % 64)
        }
      }
    }
    self.contexts = contexts
    self.leavesOfClass = leavesOfClass
    (origins, originEnds) = Self.reversed(instructions)
  }

  /// The instructions that lead to one.
  @inline(__always)
  func forEachOrigin(of place: Int, _ body: (Int) -> Void) {
    var index = place == 0 ? 0 : originEnds[place - 1]
    while index < originEnds[place] {
      body(origins[index])
      index += 1
    }
  }

  private static func partition(_ sets: Set<ByteSet>, _ asked: ByteContext) -> ([UInt8], Int) {
    var classes = [UInt8](repeating: 0, count: 256)
    var count = 1
    func refine(_ isInside: (UInt8) -> Bool) {
      var split = [Int](repeating: -1, count: 256)
      var outside = [Bool](repeating: false, count: 256)
      for byte in 0...UInt8.max where !isInside(byte) { outside[Int(classes[Int(byte)])] = true }
      for byte in 0...UInt8.max where isInside(byte) {
        let own = Int(classes[Int(byte)])
        guard outside[own] else { continue }
        if split[own] < 0 {
          split[own] = count
          count += 1
        }
        classes[Int(byte)] = UInt8(split[own])
      }
    }
    for set in sets { refine { set.contains($0) } }
    for context in [ByteContext.word, .lineFeed, .continuation] where asked.contains(context) {
      refine { ByteContext(of: $0).contains(context) }
    }
    return (classes, count)
  }

  private static func reversed(_ instructions: [Instruction]) -> ([Int], [Int]) {
    var origins = [[Int]](repeating: [], count: instructions.count)
    for (place, instruction) in instructions.enumerated() {
      switch instruction {
      case .byte(_, let next, _), .assert(_, let next), .open(let next), .close(let next): origins[next].append(place)
      case .split(let first, let second):
        origins[first].append(place)
        if second != first { origins[second].append(place) }
      case .match: break
      }
    }
    var ends: [Int] = []
    var sum = 0
    for list in origins {
      sum += list.count
      ends.append(sum)
    }
    return (origins.flatMap(\.self), ends)
  }
}
