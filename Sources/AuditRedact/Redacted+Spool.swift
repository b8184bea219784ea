package import AuditModel

/// What rows get when they leave the spool: the numbers of the batch and the sources that they are committed under.
package struct RowBinding: Sendable {
  package let collector: Int32
  package let sequence: Int64
  /// Added to each row's position.
  package let base: Int64
  /// The ledger's number for each number that the rows name.
  package let sources: [SourceID: SourceID]

  package init(collector: Int32, sequence: Int64, base: Int64, sources: [SourceID: SourceID]) {
    self.collector = collector
    self.sequence = sequence
    self.base = base
    self.sources = sources
  }

  /// Writes the numbers into the tuple of `out` that begins at `start` and has `index` in its batch.
  /// - Parameter nullable: fields of eight bytes between position and collector: `duration_ns` and `result_bytes` of a record, `bytes`
  ///   of a rejected line.
  fileprivate func apply(to out: inout [UInt8], at start: Int, index: Int, nullable: Int) {
    out.putBigEndian(sequence, at: start + RowPlaces.sequence)
    out.putBigEndian(base &+ out.span.int64(at: start + RowPlaces.position), at: start + RowPlaces.position)
    var at = start + RowPlaces.afterPosition
    for _ in 0..<nullable { at += out.span.int32(at: at) < 0 ? 4 : 12 }
    out.putBigEndian(collector, at: at + 4)
    out.putBigEndian(Int32(index), at: at + 12)
    let source = SourceID(out.span.int32(at: at + 20))
    out.putBigEndian((sources[source] ?? source).number, at: at + 20)
  }
}

/// Where the first columns of a tuple are: the field count, then `ts`, `seq` and `pos`, each of eight bytes behind its length.
private enum RowPlaces {
  static let sequence = 2 + 12 + 4
  static let position = sequence + 12
  static let afterPosition = position + 8
}

extension RecordRows {
  /// Appends records that were encoded earlier, under the numbers of this batch.
  package mutating func append(_ more: Redacted<EncodedRows>, redactions: Int, _ binding: RowBinding) {
    rows.append(more.value) { out, start, index in binding.apply(to: &out, at: start, index: index, nullable: 2) }
    self.redactions += redactions
  }

  /// Gives every record another batch's number.
  package mutating func renumber(_ sequence: Int64) {
    rows.patchEach { bytes, start in bytes.putBigEndian(sequence, at: start + RowPlaces.sequence) }
  }
}

extension RejectedRows {
  package mutating func append(_ more: Redacted<EncodedRows>, _ binding: RowBinding) {
    rows.append(more.value) { out, start, index in binding.apply(to: &out, at: start, index: index, nullable: 1) }
  }

  package mutating func renumber(_ sequence: Int64) {
    rows.patchEach { bytes, start in bytes.putBigEndian(sequence, at: start + RowPlaces.sequence) }
  }
}

extension Redacted<EncodedRows> {
  package static var none: Redacted<EncodedRows> { Redacted(EncodedRows()) }

  /// Brings records back that were `Redacted` when they were written to the spool. Only the spool calls it, for bytes whose checksum
  /// fits; a test holds everybody else away from it.
  /// - Returns: nil where the bytes are no records.
  package init?(restoringRecords bytes: [UInt8]) {
    self.init(restoring: bytes, columns: RecordLayout.columnCount, widths: [8, 8, 8, -8, -8, 4, 4, 4])
  }

  /// The same for rejected lines.
  package init?(restoringRejected bytes: [UInt8]) {
    self.init(restoring: bytes, columns: RejectedLayout.columnCount, widths: [8, 8, 8, 8, 4, 4, 4])
  }

  /// - Parameter widths: bytes of the first columns; negative where the column may be NULL.
  private init?(restoring bytes: [UInt8], columns: Int16, widths: [Int]) {
    var ends: [Int] = []
    let span = bytes.span
    var at = 0
    while at < bytes.count {
      guard at + 2 <= bytes.count, Int16(bytes[at]) << 8 | Int16(bytes[at + 1]) == columns else { return nil }
      at += 2
      for column in 0..<Int(columns) {
        guard at + 4 <= bytes.count else { return nil }
        let length = Int(span.int32(at: at))
        at += 4
        if column < widths.count {
          let width = widths[column]
          guard length == abs(width) || (width < 0 && length == -1) else { return nil }
        }
        guard length >= -1, length <= bytes.count - at else { return nil }
        at += max(0, length)
      }
      ends.append(at)
    }
    self.init(EncodedRows(bytes: bytes, ends: ends))
  }
}
