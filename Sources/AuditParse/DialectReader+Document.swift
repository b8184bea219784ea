import AuditModel
import JSON

extension DialectReader {
  /// Begins a document with a line of JSON that ends in its middle.
  /// - Returns: whether it can be one.
  mutating func begin(_ line: Span<UInt8>, _ context: Context, _ open: inout OpenEvents) -> Bool {
    guard line.count < open.limits.documentBytesMax,
      let begun = OpenDocument(json: line, context.place, now: context.now)
    else { return false }
    open.document = begun
    return true
  }

  /// Goes on with the document that is open.
  /// - Returns: whether the line belongs to it; otherwise the document is given up, and the line is looked at afresh.
  mutating func goesOn(
    _ line: Span<UInt8>, _ outcome: RecordParser.Outcome, _ context: Context, isWhole: Bool, _ open: inout OpenEvents
  ) -> Bool {
    // Out of its place, so that it is changed without a copy.
    guard var held = open.document else { return false }
    open.document = nil
    switch held.append(line, context.place, now: context.now, limits: open.limits) {
    case .open:
      open.document = held
      return true
    case .complete:
      end(held, context, &open)
      return true
    case .broken:
      giveUp(held, now: context.now, &open)
      return false
    }
  }

  private mutating func end(_ held: OpenDocument, _ context: Context, _ open: inout OpenEvents) {
    var context = context
    context.place = held.place
    switch held.kind {
    case .json:
      guard let whole = JSONDocument(held.bytes) else { return giveUp(held, now: context.now, &open) }
      document = whole
      if !readValue(0, context, &open) { emit(.line, held.bytes, held.place) }
    case .csv:
      if !readText(held.bytes.span, context, &open) { giveUp(held, now: context.now, &open) }
    }
  }

  /// Its end did not come: each of its lines stands for itself.
  mutating func giveUp(_ held: OpenDocument, now: RecordTime, _ open: inout OpenEvents) {
    for (text, place) in held.lines {
      let context = Context(place: place, now: now)
      if let alone = JSONDocument(Array(text)) {
        document = alone
        if readValue(0, context, &open) { continue }
      }
      emit(.line, text, place)
    }
  }
}
