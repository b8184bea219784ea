/// Sums over the last hour and the last five minutes of two quantities, in steps of five minutes.
package struct SlidingSums: Sendable {
  private var first = InlineArray<12, Float>(repeating: 0)
  private var second = InlineArray<12, Float>(repeating: 0)
  private var third = InlineArray<12, Float>(repeating: 0)
  /// Steps of five minutes since 1970.
  private(set) var step: Int64

  package init(step: Int64) { self.step = step }

  package mutating func advance(to now: Int64) {
    guard now > step else { return }
    for index in max(step + 1, now - 11)...now {
      first[Int(index % 12)] = 0
      second[Int(index % 12)] = 0
      third[Int(index % 12)] = 0
    }
    step = now
  }

  package mutating func add(_ one: Float, _ two: Float, _ three: Float = 0) {
    let slot = Int(step % 12)
    first[slot] += one
    second[slot] += two
    third[slot] += three
  }

  /// The sums of the running step and so many before it.
  package func sums(steps: Int) -> (first: Float, second: Float, third: Float) {
    var sums: (first: Float, second: Float, third: Float) = (0, 0, 0)
    for back in 0..<steps {
      let slot = Int((step - Int64(back) + 24) % 12)
      sums.first += first[slot]
      sums.second += second[slot]
      sums.third += third[slot]
    }
    return sums
  }

  package func write(to writer: inout StateWriter) {
    writer.put(step)
    for slot in 0..<12 {
      writer.put(first[slot])
      writer.put(second[slot])
      writer.put(third[slot])
    }
  }

  package init(from reader: inout StateReader) throws(StateError) {
    step = try reader.int64()
    for slot in 0..<12 {
      first[slot] = try reader.float()
      second[slot] = try reader.float()
      third[slot] = try reader.float()
    }
  }
}
