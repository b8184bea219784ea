/// Lets an alarm through when it begins, and not again before it was quiet for a while.
package struct OnsetGate: Sendable, Hashable {
  /// When it was last strange, in seconds; nil when it is armed.
  private var lastStrange: Double?

  package init() {}

  package var isArmed: Bool { lastStrange == nil }

  /// Something was strange at `time`.
  /// - Parameter quiet: how long it has to be quiet before the next one is news, in seconds.
  /// - Returns: whether this is an onset.
  package mutating func strange(at time: Double, quiet: Double) -> Bool {
    let isOnset = lastStrange.map { time - $0 >= quiet } ?? true
    lastStrange = max(lastStrange ?? time, time)
    return isOnset
  }

  package func write(to writer: inout StateWriter) { writer.put(lastStrange ?? -.infinity) }
  package init(from reader: inout StateReader) throws(StateError) {
    let time = try reader.double()
    lastStrange = time == -.infinity ? nil : time
  }
}
