package import AuditModel
package import AuditSignal

/// The tuples of what a batch brings beside its records. They hold numbers, paths and what comes from redacted rows.
extension RecordBatch {
  var sourceTuples: EncodedRows {
    var rows = EncodedRows()
    for source in sources {
      rows.append { out in
        out.appendBigEndian(Int16(9))
        out.appendValue(entry.received)
        out.appendOptional(source.identity?.device)
        out.appendOptional(source.identity?.inode)
        out.appendOptional(source.identity?.birth)
        out.appendOptional(source.fingerprint?.digest)
        out.appendOptional(source.fingerprint?.length)
        out.appendValue(entry.collector)
        out.appendValue(source.id.number)
        out.appendBytes(Array(source.path.utf8))
      }
    }
    return rows
  }

  var positionTuples: EncodedRows {
    var rows = EncodedRows()
    for span in entry.spans {
      rows.append { out in
        out.appendBigEndian(Int16(12))
        out.appendValue(entry.sequence)
        out.appendValue(span.from.offset)
        out.appendValue(span.to.offset)
        out.appendValue(entry.collector)
        out.appendValue(span.source.number)
        out.appendValue(span.lines)
        out.appendArray(21, span.pending.map { Int16($0.code) })
        out.appendArray(23, span.pending.map(\.source.number))
        out.appendArray(20, span.pending.map(\.offset))
        out.appendOptional(span.lastBlock)
        out.appendOptional(span.gap?.byteCount)
        out.appendValue(Int8(span.gap?.isLeast == true ? 1 : 0))
      }
    }
    return rows
  }

  var signalTuples: EncodedRows {
    Self.signalTuples(signals, sequence: entry.sequence, collector: entry.collector)
  }

  /// The rows of `signals` that a batch adds.
  package static func signalTuples(_ signals: SignalDeltas, sequence: Int64, collector: Int32) -> EncodedRows {
    var rows = EncodedRows()
    for delta in signals.deltas {
      rows.append { out in
        let figures = delta.figures
        out.appendBigEndian(Int16(13))
        out.appendValue(delta.minute)
        out.appendValue(sequence)
        out.appendValue(figures.calls)
        out.appendValue(figures.durationSum)
        out.appendOptional(figures.durationMin)
        out.appendOptional(figures.durationMax)
        out.appendValue(figures.resultBytes)
        out.appendValue(collector)
        out.appendBytes(delta.server)
        out.appendBytes(delta.tool)
        out.appendBytes(delta.status)
        if figures.sketch.count == 0 { out.appendBigEndian(Int32(-1)) } else { out.appendBytes(figures.sketch.encoded) }
        if figures.errorCount == 0 {
          out.appendBigEndian(Int32(-1))
        } else {
          out.appendArray(20, figures.errors.indices.map { figures.errors[$0] })
        }
      }
    }
    return rows
  }
}

extension [UInt8] {
  fileprivate mutating func appendValue(_ value: some FixedWidthInteger) {
    appendBigEndian(Int32(value.bitWidth / 8))
    appendBigEndian(value)
  }

  fileprivate mutating func appendOptional(_ value: (some FixedWidthInteger)?) {
    if let value { appendValue(value) } else { appendBigEndian(Int32(-1)) }
  }

  fileprivate mutating func appendBytes(_ bytes: [UInt8]) {
    appendBigEndian(Int32(bytes.count))
    append(contentsOf: bytes)
  }

  /// A one-dimensional array without NULL: dimensions, has-null, element type's OID, then length and lower bound and the elements;
  /// an empty one has no dimension.
  fileprivate mutating func appendArray(_ type: Int32, _ values: [some FixedWidthInteger]) {
    var body: [UInt8] = []
    for value in [values.isEmpty ? 0 : 1, 0, type] as [Int32] { body.appendBigEndian(value) }
    if !values.isEmpty {
      body.appendBigEndian(Int32(values.count))
      body.appendBigEndian(Int32(1))
    }
    for value in values { body.appendValue(value) }
    appendBytes(body)
  }
}
