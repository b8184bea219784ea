/// The rules' names as markers hold them, found by hash: a text may be full of markers, and of what looks like them.
struct MarkerTable: Sendable {
  private static let slotCount = 2048
  private var names = [PackedText](repeating: PackedText(), count: slotCount)

  init(_ all: [String]) {
    precondition(all.count < Self.slotCount / 2)
    for name in all {
      let bytes = Array(name.utf8)
      precondition(bytes.count <= PackedText.lengthMax, "a rule's name is too long: \(name)")
      let text = PackedText(bytes.span, 0..<bytes.count)
      var slot = text.hash & (Self.slotCount - 1)
      while names[slot].count >= 0 { slot = (slot + 1) & (Self.slotCount - 1) }
      names[slot] = text
    }
  }

  /// Whether exactly these bytes are a rule's name.
  func contains(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let text = PackedText(bytes, range)
    guard text.count > 0 else { return false }
    var slot = text.hash & (Self.slotCount - 1)
    while names[slot].count >= 0 {
      if names[slot] == text { return true }
      slot = (slot + 1) & (Self.slotCount - 1)
    }
    return false
  }
}
