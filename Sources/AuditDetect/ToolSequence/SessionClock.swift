/// Which open session runs out of time next: a binary heap by deadline, of one deadline by key, so the order never depends on how often
/// somebody looks. A session that went on meanwhile is put back by whoever takes it out.
struct SessionClock: Sendable {
  struct Deadline: Sendable, Comparable {
    var time: Int64
    var key: SubjectKey
    static func < (left: Deadline, right: Deadline) -> Bool {
      left.time == right.time ? left.key < right.key : left.time < right.time
    }
  }

  private(set) var heap: [Deadline] = []

  var next: Deadline? { heap.first }

  mutating func insert(_ deadline: Deadline) {
    heap.append(deadline)
    var index = heap.count - 1
    while index > 0, heap[index] < heap[(index - 1) / 2] {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      if least == index { return }
      heap.swapAt(index, least)
      index = least
    }
  }

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(heap.count))
    for deadline in heap {
      writer.put(deadline.time)
      writer.put(deadline.key.hash)
    }
  }

  init() {}

  init(from reader: inout StateReader) throws(StateError) {
    for _ in 0..<(try reader.count(ofSize: 16)) {
      let time = try reader.int64()
      heap.append(Deadline(time: time, key: SubjectKey(hash: try reader.uint64())))
    }
  }
}
