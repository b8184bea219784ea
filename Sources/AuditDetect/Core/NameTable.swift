/// How names are spelled. Bounded: it keeps two generations of at most `namesMax` texts each. When the younger is full, the older is
/// forgotten; a name that is met again in time moves to the younger. So a name that was met among the last `namesMax` different ones is
/// always known, and a forgotten one is shown by its hash.
package struct NameTable: Sendable {
  package static let namesMaxDefault = 1 << 20
  /// Longer texts are cut: what is shown on call has to be read.
  package static let textBytesMax = 256

  private let namesMax: Int
  private var young = Generation()
  private var old = Generation()

  package init(namesMax: Int = NameTable.namesMaxDefault) {
    precondition(namesMax > 0)
    self.namesMax = namesMax
  }

  package var count: Int { young.count + old.count }

  /// The name of a text, remembered; the empty text is no name.
  package mutating func intern(_ text: Span<UInt8>) -> Name {
    if text.isEmpty { return .none }
    let name = Name(text)
    if young.range(of: name) != nil { return name }
    if young.count >= namesMax {
      old = young
      young = Generation()
    }
    young.insert(name, text.extracting(0..<min(text.count, Self.textBytesMax)))
    return name
  }

  package mutating func intern(_ text: String) -> Name {
    let bytes = Array(text.utf8)
    return intern(bytes.span)
  }

  /// nil for `.none` and for what was forgotten.
  package func text(_ name: Name) -> String? {
    if name.isNone { return nil }
    return young.text(of: name) ?? old.text(of: name)
  }

  /// What is shown of a name: its text, or its hash where the text was forgotten; nil for `.none`.
  package func shown(_ name: Name) -> String? {
    if name.isNone { return nil }
    return text(name) ?? "#\(String(name.hash, radix: 16))"
  }

  package func write(to writer: inout StateWriter) {
    old.write(to: &writer)
    young.write(to: &writer)
  }

  package mutating func read(from reader: inout StateReader) throws(StateError) {
    old = try Generation(from: &reader)
    young = try Generation(from: &reader)
  }
}

/// Texts one after another in one buffer, found by open addressing over their names.
private struct Generation: Sendable {
  private var texts: [UInt8] = []
  private var names: [Name] = []
  private var ends: [UInt32] = []
  /// 0 is free, otherwise index + 1; a power of two, at most half full.
  private var slots = [Int32](repeating: 0, count: 64)

  var count: Int { names.count }

  func range(of name: Name) -> Range<Int>? {
    var slot = Int(truncatingIfNeeded: name.hash >> 8) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if names[index] == name { return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  func text(of name: Name) -> String? {
    range(of: name).map { String(decoding: texts[$0], as: UTF8.self) }
  }

  mutating func insert(_ name: Name, _ text: Span<UInt8>) {
    text.withUnsafeBufferPointer { texts.append(contentsOf: $0) }
    names.append(name)
    ends.append(UInt32(texts.count))
    if names.count * 2 > slots.count {
      slots = [Int32](repeating: 0, count: slots.count * 2)
      for index in names.indices { place(index) }
    } else {
      place(names.count - 1)
    }
  }

  private mutating func place(_ index: Int) {
    var slot = Int(truncatingIfNeeded: names[index].hash >> 8) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(index + 1)
  }

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(names.count))
    for (index, name) in names.enumerated() {
      writer.put(name.hash)
      let range = (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
      writer.put(Array(texts[range]))
    }
  }

  init() {}

  init(from reader: inout StateReader) throws(StateError) {
    let count = Int(try reader.uint32())
    for _ in 0..<count {
      let name = Name(hash: try reader.uint64())
      let text = try reader.bytes()
      if range(of: name) == nil { insert(name, text.span) }
    }
  }
}
