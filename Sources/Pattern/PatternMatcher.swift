/// Finds a pattern's matches in one text after the other, leftmost first as Perl's and RE2's semantics want it. One a thread.
///
/// Proof of linear time, for all matches of a text together: an automaton reads the text once, backwards, and knows at
/// each place which instructions lead to a match from there (Kearns 1991; Frisch and Cardelli, "Greedy regular
/// expression matching", 2004). So where a match begins is known before it is looked for, and it is followed forwards
/// by taking at each byte the preferred of the instructions that are sure to arrive: no attempt fails, nothing behind
/// a match's end is looked at, and the next match begins there. Each byte costs at most twice a step backwards and once
/// a step forwards, and a step is bounded by the program.
///
/// What is known of each place is not kept: every 256 bytes the state is, and a block is read again where a match may
/// lie. A text's memory is used again for the next.
package struct PatternMatcher: Sendable {
  package let pattern: Pattern
  private var cache: StateCache
  private var walker: PatternWalker

  /// The part of the text that is searched, and the text: assertions see beyond the part.
  private var part = 0..<0
  private var text = 0..<0
  /// Where the next match may begin.
  private var from = 0

  private var blockCount = 0
  /// The state at the right end of each block: its set and what assertions know.
  private var rightSets: [UInt64] = []
  private var rightContexts: [ByteContext] = []
  /// Whether some match begins in a block.
  private var hasStart: [Bool] = []

  /// The block whose places are known, or -1.
  private var loaded = -1
  /// The state at each place of that block, and `StateCache.startBit` where a match begins.
  private var states: [UInt32]

  static let blockBytes = 256

  package init(_ pattern: Pattern) {
    self.pattern = pattern
    cache = StateCache(pattern.program)
    walker = PatternWalker(pattern.program)
    states = [UInt32](repeating: 0, count: Self.blockBytes + 1)
  }

  /// Instructions and bytes looked at so far: what the time is proportional to.
  package var steps: Int { cache.steps + walker.steps + bytesRead }
  private var bytesRead = 0
  /// How often the automaton was thrown away and begun again.
  package var clearings: Int { cache.clearings }

  // MARK: Searching

  /// Begins to search a part of a text. `^` and `$` hold at the text's ends only, and `\b` sees the bytes around the part.
  package mutating func start(_ bytes: Span<UInt8>, part: Range<Int>, of text: Range<Int>) {
    precondition(
      text.lowerBound <= part.lowerBound && part.upperBound <= text.upperBound && text.upperBound <= bytes.count)
    (self.part, self.text, from, loaded) = (part, text, part.lowerBound, -1)
    blockCount = max(1, (part.count + Self.blockBytes - 1) / Self.blockBytes)
    while hasStart.count < blockCount {
      hasStart.append(false)
      rightContexts.append([])
      rightSets.append(contentsOf: repeatElement(0, count: pattern.program.leafWords))
    }
    if !cache.hasRoom(for: 1) { cache.clear() }
    var state = cache.state(before: context(bytes, part.upperBound))
    if blockCount == 1 {
      keep(state, rightOf: 0)
      hasStart[0] = true  // not known; it will be read once, and not twice
    } else {
      for block in 0..<blockCount { hasStart[block] = false }
      for block in (0..<blockCount).reversed() { state = sweep(bytes, block, state) }
      bytesRead += part.count
    }
  }

  /// The next match of the part that was begun with; the text must be the same.
  package mutating func next(_ bytes: Span<UInt8>) -> PatternMatch? {
    while from <= part.upperBound {
      let block = min((from - part.lowerBound) / Self.blockBytes, blockCount - 1)
      let isLast = block == blockCount - 1
      let range = range(of: block)
      if loaded != block, hasStart[block] { load(bytes, block) }
      let end = isLast ? range.upperBound : range.upperBound - 1
      guard loaded == block, let start = start(in: from...max(from, end), range) else {
        from = isLast ? part.upperBound + 1 : range.upperBound
        continue
      }
      let found = follow(bytes, from: start)
      from = max(found.range.upperBound, start + 1)
      if !found.range.isEmpty { return found }
    }
    return nil
  }

  private func range(of block: Int) -> Range<Int> {
    let low = part.lowerBound + block * Self.blockBytes
    return low..<min(part.upperBound, low + Self.blockBytes)
  }

  private func start(in places: ClosedRange<Int>, _ range: Range<Int>) -> Int? {
    for place in places where states[place - range.lowerBound] & StateCache.startBit != 0 { return place }
    return nil
  }

  private func context(_ bytes: Span<UInt8>, _ place: Int) -> ByteContext {
    place == text.upperBound ? .edge : ByteContext(of: bytes[place])
  }

  // MARK: Backwards

  private mutating func keep(_ state: Int, rightOf block: Int) {
    cache.copySet(of: state, to: &rightSets, at: block * pattern.program.leafWords)
    rightContexts[block] = cache.context(of: state)
  }

  /// Reads a block from its right end to its left, keeping nothing but whether matches begin.
  private mutating func sweep(_ bytes: Span<UInt8>, _ block: Int, _ right: Int) -> Int {
    let range = range(of: block)
    keep(right, rightOf: block)
    var state = right
    var place = range.upperBound
    // The first step tells of the block's end, which is the next block's beginning.
    var starts = read(bytes, &place, downTo: range.upperBound - 1, &state)
    if starts { hasStart[min(block + 1, blockCount - 1)] = true }
    starts = read(bytes, &place, downTo: range.lowerBound, &state)
    if starts { hasStart[block] = true }
    if block == 0, cache.hasRoom(for: 1) == false { state = renewed(state) }
    if block == 0, cache.transition(state, classBefore(bytes, part.lowerBound)) & StateCache.startBit != 0 {
      hasStart[0] = true
    }
    return state
  }

  /// Reads bytes backwards until `low`.
  /// - Returns: whether a match begins right of one of them.
  private mutating func read(_ bytes: Span<UInt8>, _ place: inout Int, downTo low: Int, _ state: inout Int) -> Bool {
    var seen: UInt32 = 0
    while true {
      seen |= readKnown(bytes, &place, downTo: low, &state)
      if place == low { return seen & StateCache.startBit != 0 }
      if !cache.hasRoom(for: 1) { state = renewed(state) }
      let entry = cache.transition(state, Int(pattern.program.classes[Int(bytes[place - 1])]))
      seen |= entry
      state = Int(entry & ~StateCache.startBit) - 1
      place -= 1
    }
  }

  /// The inner loop: as long as the steps are known.
  @inline(__always)
  private func readKnown(_ bytes: Span<UInt8>, _ place: inout Int, downTo low: Int, _ state: inout Int) -> UInt32 {
    let table = cache.transitions.span
    let classes = pattern.program.classes.span
    let stride = cache.stride
    var at = place
    var now = state
    var seen: UInt32 = 0
    while at > low {
      let entry = table[now &* stride &+ Int(classes[Int(bytes[at &- 1])])]
      if entry == 0 { break }
      seen |= entry
      now = Int(entry & ~StateCache.startBit) &- 1
      at &-= 1
    }
    (place, state) = (at, now)
    return seen
  }

  /// The same state in a cache that was emptied.
  private mutating func renewed(_ state: Int) -> Int {
    var words = [UInt64](repeating: 0, count: pattern.program.leafWords)
    cache.copySet(of: state, to: &words, at: 0)
    let context = cache.context(of: state)
    cache.clear()
    return cache.state(words, at: 0, context)
  }

  /// The class of the byte before a place, or of the text's beginning.
  private func classBefore(_ bytes: Span<UInt8>, _ place: Int) -> Int {
    place == text.lowerBound ? pattern.program.classCount : Int(pattern.program.classes[Int(bytes[place - 1])])
  }

  /// Reads a block again, keeping the state at each place.
  private mutating func load(_ bytes: Span<UInt8>, _ block: Int) {
    let range = range(of: block)
    if !cache.hasRoom(for: range.count + 2) { cache.clear() }
    var state = cache.state(rightSets, at: block * pattern.program.leafWords, rightContexts[block])
    states[range.count] = UInt32(state)
    var place = range.upperBound
    while place > range.lowerBound {
      let entry = cache.transition(state, Int(pattern.program.classes[Int(bytes[place - 1])]))
      states[place - range.lowerBound] |= entry & StateCache.startBit
      state = Int(entry & ~StateCache.startBit) - 1
      place -= 1
      states[place - range.lowerBound] = UInt32(state)
    }
    states[0] |= cache.transition(state, classBefore(bytes, range.lowerBound)) & StateCache.startBit
    bytesRead += range.count
    loaded = block
  }

  // MARK: Forwards

  /// Follows the match that begins at a place to its end.
  private mutating func follow(_ bytes: Span<UInt8>, from start: Int) -> PatternMatch {
    walker.begin()
    var place = start
    var range = range(of: loaded)
    while true {
      if place > range.upperBound {
        load(bytes, loaded + 1)
        range = self.range(of: loaded)
      }
      let state = Int(states[place - range.lowerBound] & ~StateCache.startBit)
      let before = place == text.lowerBound ? ByteContext.edge : ByteContext(of: bytes[place - 1])
      guard walker.advance(at: place, before: before, after: context(bytes, place), cache, state) else { break }
      place += 1
    }
    return PatternMatch(range: start..<place, captured: walker.captured)
  }
}
