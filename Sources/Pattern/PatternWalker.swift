/// Follows one match forwards, byte by byte, through the preferred instructions.
struct PatternWalker: Sendable {
  /// An instruction to look at, and what the capture took on the way there; -1 for nothing.
  private struct Branch: Sendable {
    var place: Int
    var open: Int
    var close: Int
  }

  private let program: Program
  private var now: Branch
  private var branches: [Branch] = []
  private var seen: [UInt32]
  private var stamp: UInt32 = 0
  private(set) var steps = 0

  init(_ program: Program) {
    self.program = program
    now = Branch(place: program.start, open: -1, close: -1)
    seen = [UInt32](repeating: 0, count: program.instructions.count)
  }

  mutating func begin() { now = Branch(place: program.start, open: -1, close: -1) }

  var captured: Range<Int>? { now.open >= 0 && now.close >= now.open ? now.open..<now.close : nil }

  /// Goes over one byte.
  ///
  /// An instruction is looked at once a place: coming back to one without having taken a byte leads nowhere new. That is
  /// also what ends a repetition of nothing.
  /// - Parameters:
  ///   - state: of the automaton, at this place: its leaves take the byte and arrive at a match.
  /// - Returns: false where the match ends here.
  mutating func advance(
    at place: Int, before: ByteContext, after: ByteContext, _ cache: borrowing StateCache, _ state: Int
  ) -> Bool {
    stamp &+= 1
    if stamp == 0 {
      for index in seen.indices { seen[index] = 0 }
      stamp = 1
    }
    branches.removeAll(keepingCapacity: true)
    var branch = now
    while true {
      steps += 1
      var goesOn = false
      if seen[branch.place] != stamp {
        seen[branch.place] = stamp
        switch program.instructions[branch.place] {
        case .match:
          now = branch
          return false
        case .byte(_, let next, let leaf):
          if cache.contains(state, leaf) {
            now = branch
            now.place = next
            return true
          }
        case .split(let first, let second):
          branches.append(Branch(place: second, open: branch.open, close: branch.close))
          branch.place = first
          goesOn = true
        case .assert(let assertion, let next):
          branch.place = next
          goesOn = assertion.holds(before: before, after: after)
        case .open(let next):
          (branch.place, branch.open, branch.close) = (next, place, -1)
          goesOn = true
        case .close(let next):
          (branch.place, branch.close) = (next, place)
          goesOn = true
        }
      }
      if goesOn { continue }
      guard let other = branches.popLast() else {
        // The automaton said that one of them arrives; the tests hold it to that.
        assertionFailure("a match that was promised did not come")
        return false
      }
      branch = other
    }
  }
}
