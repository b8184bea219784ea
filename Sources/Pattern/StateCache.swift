/// The automaton that reads a text backwards, built as far as texts have asked for it.
///
/// Its state at a place is the set of byte instructions ("leaves") that take the byte behind that place and from which
/// the match can be reached from there on. So a match begins exactly where, before assertions are asked and choices
/// taken, the start leads to one of them. A step that is not known yet is computed from the program, as a simulation
/// without a cache would do at every byte; a full cache is emptied. That makes a step's cost at worst proportional to
/// the program, whatever the text.
struct StateCache: Sendable {
  let program: Program
  /// Transitions of a state: one for each class, and one for the text's beginning.
  let stride: Int
  private let stateMax: Int

  /// For each state and class 0, which is unknown, or the next state's number plus 1 and perhaps `startBit`.
  private(set) var transitions: [UInt32] = []
  private var sets: [UInt64] = []
  private var contexts: [ByteContext] = []
  private var slots: [Int32]
  private(set) var count = 0

  private var next: [UInt64]
  private var stack: [Int] = []
  private var seen: [UInt32]
  private var stamp: UInt32 = 0
  /// Instructions that were looked at.
  private(set) var steps = 0
  /// How often the cache was emptied.
  private(set) var clearings = 0

  /// The place right of the byte that was read begins a match.
  static let startBit: UInt32 = 1 << 31
  /// What the states of one cache may take, roughly; a block's states are kept in any case.
  static let bytesMax = 512 << 10
  static let statesMin = PatternMatcher.blockBytes * 2 + 8

  init(_ program: Program) {
    self.program = program
    stride = program.classCount + 1
    stateMax = max(Self.statesMin, min(16 << 10, Self.bytesMax / (stride * 4 + program.leafWords * 8 + 16)))
    slots = [Int32](repeating: -1, count: (stateMax * 2).roundedUpToPowerOfTwo)
    next = [UInt64](repeating: 0, count: program.leafWords)
    seen = [UInt32](repeating: 0, count: program.instructions.count)
  }

  func hasRoom(for more: Int) -> Bool { count + more <= stateMax }

  mutating func clear() {
    for index in slots.indices { slots[index] = -1 }
    transitions.removeAll(keepingCapacity: true)
    sets.removeAll(keepingCapacity: true)
    contexts.removeAll(keepingCapacity: true)
    count = 0
    clearings += 1
  }

  /// Whether a leaf is in a state's set.
  @inline(__always)
  func contains(_ state: Int, _ leaf: Int) -> Bool {
    sets[state * program.leafWords + leaf / 64] & 1 << UInt64(leaf % 64) != 0
  }

  func context(of state: Int) -> ByteContext { contexts[state] }

  /// Copies a state's set.
  func copySet(of state: Int, to words: inout [UInt64], at place: Int) {
    for word in 0..<program.leafWords { words[place + word] = sets[state * program.leafWords + word] }
  }

  /// The state at the end of a text: nothing behind it but what an assertion sees.
  mutating func state(before context: ByteContext) -> Int {
    for word in next.indices { next[word] = 0 }
    return intern(context.intersection(program.asked))
  }

  /// The state of a set that was copied.
  mutating func state(_ words: [UInt64], at place: Int, _ context: ByteContext) -> Int {
    for word in next.indices { next[word] = words[place + word] }
    return intern(context)
  }

  /// What a byte of `byteClass`, or the text's beginning, does to a state. There must be room.
  mutating func transition(_ state: Int, _ byteClass: Int) -> UInt32 {
    let known = transitions[state * stride + byteClass]
    if known != 0 { return known }
    let isEdge = byteClass == program.classCount
    let context = isEdge ? ByteContext.edge.intersection(program.asked) : program.contexts[byteClass]
    let starts = step(state, isEdge ? nil : byteClass, context)
    let entry = UInt32(intern(context) + 1) | (starts ? Self.startBit : 0)
    transitions[state * stride + byteClass] = entry
    return entry
  }

  /// Computes the leaves that can go on, into `next`.
  /// - Returns: whether the start is among what can be reached from.
  private mutating func step(_ state: Int, _ byteClass: Int?, _ before: ByteContext) -> Bool {
    let program = self.program
    let after = contexts[state]
    for word in next.indices { next[word] = 0 }
    stamp &+= 1
    if stamp == 0 {
      for index in seen.indices { seen[index] = 0 }
      stamp = 1
    }
    reach(0)
    for word in 0..<program.leafWords {
      var bits = sets[state * program.leafWords + word]
      while bits != 0 {
        reach(program.leaves[word * 64 + bits.trailingZeroBitCount])
        bits &= bits - 1
      }
    }
    while let place = stack.popLast() {
      program.forEachOrigin(of: place) { origin in
        steps += 1
        switch program.instructions[origin] {
        case .byte(_, _, let leaf):
          guard let byteClass else { return }
          let word = leaf / 64
          next[word] |= program.leavesOfClass[byteClass * program.leafWords + word] & 1 << UInt64(leaf % 64)
        case .assert(let assertion, _):
          if assertion.holds(before: before, after: after) { reach(origin) }
        case .split, .open, .close: reach(origin)
        case .match: break
        }
      }
    }
    return seen[program.start] == stamp
  }

  private mutating func reach(_ place: Int) {
    guard seen[place] != stamp else { return }
    seen[place] = stamp
    stack.append(place)
  }

  /// The state of the set in `next`, an old one or a new one.
  private mutating func intern(_ context: ByteContext) -> Int {
    var hash = UInt64(context.rawValue) &+ 0x9E37_79B9_7F4A_7C15
    for word in next {
      hash = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
      hash ^= hash >> 32
    }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      if isNext(Int(slots[slot]), context) { return Int(slots[slot]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(count)
    sets.append(contentsOf: next)
    contexts.append(context)
    transitions.append(contentsOf: repeatElement(0, count: stride))
    count += 1
    return count - 1
  }

  private func isNext(_ state: Int, _ context: ByteContext) -> Bool {
    guard contexts[state] == context else { return false }
    let base = state * program.leafWords
    for word in next.indices where sets[base + word] != next[word] { return false }
    return true
  }
}

extension Int {
  fileprivate var roundedUpToPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
