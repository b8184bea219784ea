/// Cuts the body of a watch into its events: one JSON object a line, in pieces as the network brings them.
struct WatchLines: Sendable {
  private let bytesMax: Int
  private var pending: [UInt8] = []
  /// The rest of a line that is too long is passed over.
  private var isSkipping = false
  /// Lines that were too long.
  private(set) var skipped = 0

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Takes a piece, and hands over each line that is complete with it. When `body` throws, the rest is not looked at.
  mutating func take<Failure: Error>(
    _ bytes: some Sequence<UInt8>, _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var start = pending.count
    pending.append(contentsOf: bytes)
    var lineStart = 0
    while let feed = pending[start...].firstIndex(of: 10) {
      if isSkipping {
        isSkipping = false
      } else if feed - lineStart > bytesMax {
        skipped += 1
      } else if feed > lineStart {
        try body(pending.span.extracting(lineStart..<feed))
      }
      lineStart = feed + 1
      start = lineStart
    }
    pending.removeFirst(lineStart)
    if isSkipping || pending.count > bytesMax {
      if !isSkipping { skipped += 1 }
      isSkipping = true
      pending.removeAll()
    }
  }
}
