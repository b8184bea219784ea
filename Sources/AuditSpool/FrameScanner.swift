import AuditModel

/// Finds the frames of a segment, whatever became of its bytes.
struct FrameScanner {
  /// What is found at a place.
  enum Finding {
    case frame(SpoolPiece, byteCount: Int)
    /// A frame whose head is whole and whose rows are not.
    case lost(SpoolPiece, byteCount: Int)
    /// Bytes that are no frame.
    case damage(byteCount: Int)
  }

  let byteCount: Int
  /// Reads `count` bytes from an offset; fewer only where the disk refuses.
  let read: (_ offset: Int, _ count: Int) -> [UInt8]

  /// What stands at `offset`; nil at the end.
  /// - Parameter wantsRows: without them only the checksum of the rows is looked at, and the piece has none.
  func finding(at offset: Int, wantsRows: Bool = true) -> Finding? {
    guard offset < byteCount else { return nil }
    guard let (prefix, head) = head(at: offset) else {
      return .damage(byteCount: nextFrame(after: offset) - offset)
    }
    let bodyStart = offset + SpoolFrame.prefixBytes + prefix.headBytes
    // A frame that the segment's end cuts: the head is whole, the rest was never written or is gone.
    guard bodyStart + prefix.bodyBytes <= byteCount else { return .lost(head, byteCount: byteCount - offset) }
    var piece = head
    guard SpoolFrame.fill(&piece, prefix, body: read(bodyStart, prefix.bodyBytes)) else {
      return .lost(head, byteCount: prefix.byteCount)
    }
    return .frame(wantsRows ? piece : head, byteCount: prefix.byteCount)
  }

  private func head(at offset: Int) -> (SpoolFrame.Prefix, SpoolPiece)? {
    let first = read(offset, min(SpoolFrame.prefixBytes, byteCount - offset))
    guard let prefix = SpoolFrame.Prefix(first.span), prefix.headBytes <= byteCount - offset - SpoolFrame.prefixBytes,
      let head = SpoolFrame.head(prefix, read(offset, SpoolFrame.prefixBytes + prefix.headBytes).span)
    else { return nil }
    return (prefix, head)
  }

  private static let windowBytes = 64 << 10

  /// Where the next head that fits begins, or the segment's end.
  private func nextFrame(after offset: Int) -> Int {
    var at = offset + 1
    while at + SpoolFrame.prefixBytes <= byteCount {
      let window = read(at, min(Self.windowBytes, byteCount - at))
      var index = 0
      while index + SpoolFrame.magic.count <= window.count {
        if window[index] == SpoolFrame.magic[0], window[index...].starts(with: SpoolFrame.magic),
          head(at: at + index) != nil
        {
          return at + index
        }
        index += 1
      }
      // The next window begins where a magic could still begin in this one. One that came short ends at what the disk refuses.
      at += max(1, window.count < Self.windowBytes ? window.count : window.count - SpoolFrame.magic.count + 1)
    }
    return byteCount
  }
}
