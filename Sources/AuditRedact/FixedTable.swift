/// A table that never changes, in memory of its own: reading it counts no references, as reading an array in a class does.
/// Reads are bounds-checked. Whoever makes one gives its memory back.
struct FixedTable<Element: BitwiseCopyable & Sendable>: Sendable, BitwiseCopyable {
  nonisolated(unsafe) private let elements: UnsafePointer<Element>
  let count: Int

  init(_ array: [Element]) {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, array.count))
    _ = memory.initialize(from: array)
    elements = UnsafePointer(memory.baseAddress.unsafelyUnwrapped)
    count = array.count
  }

  @inline(__always)
  subscript(_ index: Int) -> Element {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "out of the table")
    return elements[index]
  }

  /// Without a check: the index is below the count by its type, or by what made it.
  @inline(__always)
  subscript(unchecked index: Int) -> Element { elements[index] }

  func deallocate() { UnsafeMutablePointer(mutating: elements).deallocate() }
}
