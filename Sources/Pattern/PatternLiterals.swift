/// What can be searched for before a pattern is tried: of some literals every match holds at least one.
enum PatternLiterals {
  /// Literals of one pattern.
  static let countMax = 64
  private static let lengthMax = 64

  /// The best that is known of a pattern: the longest shortest literal, then the fewest.
  static func of(_ node: PatternNode) -> [[UInt8]] {
    switch node {
    case .empty, .assertion: return []
    case .set, .sequence, .capture: return inSequence(node)
    case .choice(let nodes):
      let each = nodes.map(of)
      let all = Set(each.flatMap(\.self))
      return each.contains { $0.isEmpty } || all.count > countMax ? [] : all.sorted { $0.lexicographicallyPrecedes($1) }
    case .repeated(let node, let min, _, _, _): return min == 0 ? [] : of(node)
    }
  }

  private static func inSequence(_ node: PatternNode) -> [[UInt8]] {
    var best: [[UInt8]] = []
    var run: [UInt8] = []
    func offer(_ literals: [[UInt8]]) {
      guard let length = literals.map(\.count).min(), length > 0 else { return }
      let present = best.map(\.count).min() ?? 0
      if length > present || length == present && literals.count < best.count { best = literals }
    }
    func endRun() {
      offer([Array(run.prefix(lengthMax))])
      run.removeAll()
    }
    func add(_ node: PatternNode) {
      switch node {
      case .empty, .assertion: break
      case .set(let set):
        if let scalar = set.single.flatMap(Unicode.Scalar.init) {
          run += Array(String(Character(scalar)).utf8)
        } else {
          endRun()
        }
      case .sequence(let nodes): for node in nodes { add(node) }
      case .capture(let node, _): add(node)
      case .choice:
        endRun()
        offer(of(node))
      case .repeated(let inner, let min, let max, _, _):
        if case .set = inner, min == max {
          for _ in 0..<Swift.min(min, lengthMax) { add(inner) }
        } else if min > 0 {
          add(inner)
        }
        if min != max || min > 1 { endRun() }
      }
    }
    add(node)
    endRun()
    return best
  }
}
