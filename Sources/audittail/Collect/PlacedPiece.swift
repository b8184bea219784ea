import AuditModel
import AuditSpool

/// A piece's spans under the ledger's numbers, with gaps where something is missing; none where the piece is stored already.
struct PlacedPiece {
  private(set) var spans: [SourceSpan] = []

  /// - Parameters:
  ///   - isLost: the piece's rows are damaged: what it had read is a gap.
  ///   - reached: how far a source is stored, or on its way.
  init(
    _ piece: SpoolPiece, numbers: [SourceID: SourceID], isLost: Bool, reached: (SourceID) -> SourcePosition
  ) {
    let spans = piece.spans.map { $0.renumbered(numbers) }
    if Self.isStored(spans, reached) { return }
    for span in spans {
      let position = reached(span.source)
      guard span.to >= position else { continue }
      var placed = span
      placed.from = position
      if isLost {
        placed.lines = 0
        placed.lastBlock = nil
        placed.gap = Self.gap(from: position, to: span.to)
      } else if let gap = Self.gap(from: position, to: span.from) {
        let missing = SourceSpan(source: span.source, from: position, to: span.from, lines: 0, pending: [], gap: gap)
        placed = missing.followed(by: span)
        // What the piece knows of lies behind the gap, also where it read nothing.
        placed.lastBlock = nil
      }
      self.spans.append(placed)
    }
  }

  private static func gap(from: SourcePosition, to: SourcePosition) -> SourceGap? {
    to > from ? SourceGap(byteCount: to.offset - from.offset, isLeast: false) : nil
  }

  /// A piece is stored as a whole or not at all, and one without a byte is not written: the spans with bytes tell.
  private static func isStored(_ spans: [SourceSpan], _ reached: (SourceID) -> SourcePosition) -> Bool {
    let read = spans.filter { $0.to > $0.from }
    return !read.isEmpty && read.allSatisfy { $0.to <= reached($0.source) }
  }
}

extension SourceSpan {
  fileprivate func renumbered(_ numbers: [SourceID: SourceID]) -> SourceSpan {
    SourceSpan(
      source: numbers[source] ?? source, from: from, to: to, lines: lines,
      pending: pending.map {
        PendingLine(
          stream: $0.stream, format: $0.format, source: numbers[$0.source] ?? $0.source, offset: $0.offset)
      }, lastBlock: lastBlock, gap: gap)
  }
}
