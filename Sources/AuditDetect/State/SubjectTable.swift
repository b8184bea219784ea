/// What a detector knows of one subject. Below 4 KiB, so that a million of them stay below 2 GiB (most are far smaller).
package protocol SubjectState: Sendable {
  func write(to writer: inout StateWriter)
  init(from reader: inout StateReader) throws(StateError)
}

/// The states of at most `subjectsMax` subjects, found by open addressing. When it is full, a subject that was not met since the hand
/// last passed it makes room (the clock algorithm, Corbató 1968): decided by the order of the records alone, so two runs over the same
/// records forget the same subjects.
package struct SubjectTable<State: SubjectState>: Sendable {
  private let subjectsMax: Int
  private var keys: [SubjectKey] = []
  private var states: [State] = []
  private var wasMet: [Bool] = []
  /// 0 is free, otherwise index + 1; a power of two, at most half full.
  private var slots = [Int32](repeating: 0, count: 64)
  private var hand = 0
  /// How many subjects had to make room so far.
  package private(set) var evicted = 0

  package init(subjectsMax: Int) {
    precondition(subjectsMax > 0 && subjectsMax < 1 << 30)
    self.subjectsMax = subjectsMax
  }

  package var count: Int { states.count }

  /// Gives the subject's state to `body`, made by `make` where there is none.
  package mutating func update<R>(_ key: SubjectKey, make: () -> State, _ body: (inout State) -> R) -> R {
    let index = find(key) ?? insert(key, make())
    wasMet[index] = true
    return body(&states[index])
  }

  /// Gives the state of a subject that is known to `body`.
  package mutating func updateKnown<R>(_ key: SubjectKey, _ body: (inout State) -> R) -> R? {
    guard let index = find(key) else { return nil }
    return body(&states[index])
  }

  package subscript(_ key: SubjectKey) -> State? { find(key).map { states[$0] } }

  /// Forgets a subject; the last one of the table takes its place.
  package mutating func remove(_ key: SubjectKey) {
    guard let index = find(key) else { return }
    removeSlot(of: key)
    let last = states.count - 1
    if index != last {
      removeSlot(of: keys[last])
      keys[index] = keys[last]
      states.swapAt(index, last)
      wasMet[index] = wasMet[last]
      place(index)
    }
    keys.removeLast()
    states.removeLast()
    wasMet.removeLast()
    hand = states.isEmpty ? 0 : hand % states.count
  }

  /// Every subject in the order of the table, which the records decide.
  package mutating func updateEach(_ body: (SubjectKey, inout State) -> Void) {
    for index in states.indices { body(keys[index], &states[index]) }
  }

  package func forEach(_ body: (SubjectKey, State) -> Void) {
    for index in states.indices { body(keys[index], states[index]) }
  }

  private func find(_ key: SubjectKey) -> Int? {
    var slot = Int(truncatingIfNeeded: key.hash >> 8) & (slots.count - 1)
    while true {
      let entry = slots[slot]
      if entry == 0 { return nil }
      if keys[Int(entry) - 1] == key { return Int(entry) - 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  @inline(never)
  private mutating func insert(_ key: SubjectKey, _ state: State) -> Int {
    if states.count >= subjectsMax { return replace(key, state) }
    keys.append(key)
    states.append(state)
    wasMet.append(false)
    if states.count * 2 > slots.count {
      slots = [Int32](repeating: 0, count: slots.count * 2)
      for index in keys.indices { place(index) }
    } else {
      place(states.count - 1)
    }
    return states.count - 1
  }

  /// Puts a new subject where one stands that was not met for longest, roughly.
  private mutating func replace(_ key: SubjectKey, _ state: State) -> Int {
    while wasMet[hand] {
      wasMet[hand] = false
      hand = (hand + 1) % states.count
    }
    let index = hand
    hand = (hand + 1) % states.count
    evicted += 1
    removeSlot(of: keys[index])
    keys[index] = key
    states[index] = state
    place(index)
    return index
  }

  private mutating func place(_ index: Int) {
    var slot = Int(truncatingIfNeeded: keys[index].hash >> 8) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(index + 1)
  }

  /// Takes a key out and moves back what had to go past it (Knuth 6.4, algorithm R).
  private mutating func removeSlot(of key: SubjectKey) {
    let mask = slots.count - 1
    var hole = Int(truncatingIfNeeded: key.hash >> 8) & mask
    while keys[Int(slots[hole]) - 1] != key { hole = (hole + 1) & mask }
    var next = hole
    while true {
      slots[hole] = 0
      while true {
        next = (next + 1) & mask
        if slots[next] == 0 { return }
        let home = Int(truncatingIfNeeded: keys[Int(slots[next]) - 1].hash >> 8) & mask
        // It may move only where its search still passes.
        if (next &- home) & mask >= (next &- hole) & mask { break }
      }
      slots[hole] = slots[next]
      hole = next
    }
  }

  package func write(to writer: inout StateWriter) {
    writer.put(UInt64(hand))
    writer.put(UInt64(evicted))
    writer.put(UInt32(states.count))
    for index in states.indices {
      writer.put(keys[index].hash)
      writer.put(wasMet[index])
      states[index].write(to: &writer)
    }
  }

  package mutating func read(from reader: inout StateReader) throws(StateError) {
    var table = SubjectTable(subjectsMax: subjectsMax)
    let savedHand = try reader.uint64()
    table.evicted = Int(clamping: try reader.uint64())
    let count = try reader.count(ofSize: 9)
    for _ in 0..<count {
      let key = SubjectKey(hash: try reader.uint64())
      let met = try reader.bool()
      let state = try State(from: &reader)
      guard table.find(key) == nil else { throw .damaged }
      let index = table.insert(key, state)
      table.wasMet[index] = met
    }
    table.hand = table.states.isEmpty ? 0 : Int(clamping: savedHand) % table.states.count
    self = table
  }
}
