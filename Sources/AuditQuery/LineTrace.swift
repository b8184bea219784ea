package import AuditModel

/// Where a line of a log file went: the answer of `explain`.
package struct LineTrace: Sendable, Hashable {
  /// The line, as it was asked for.
  package struct Line: Sendable, Hashable {
    package let file: String
    package let number: Int
    package let offset: Int64
    /// The number of the line with which the record begins, where this one is a later piece of it; 0: in the file before.
    package let beginsAt: Int?

    package init(file: String, number: Int, offset: Int64, beginsAt: Int?) {
      self.file = file
      self.number = number
      self.offset = offset
      self.beginsAt = beginsAt
    }
  }

  /// The batch that brought it.
  package struct Batch: Sendable, Hashable {
    package let tenant: TenantID
    package let collector: Int32
    package let collectorName: String
    package let sequence: Int64
    package let received: RecordTime
    package let source: SourceID

    package init(
      tenant: TenantID, collector: Int32, collectorName: String, sequence: Int64, received: RecordTime, source: SourceID
    ) {
      self.tenant = tenant
      self.collector = collector
      self.collectorName = collectorName
      self.sequence = sequence
      self.received = received
      self.source = source
    }
  }

  package enum Outcome: Sendable, Hashable {
    case record(id: String, time: RecordTime, tool: String, status: String?)
    case rejected(id: String, reason: String)
    /// A line without content is counted and not stored.
    case blank
    /// The record's day left.
    case pruned(days: [Day])
    /// It is a piece of a line whose end has not come.
    case open
    /// Read, and what it became is not there.
    case missing
    /// The bytes were lost unread.
    case gap
    /// The file is known and was not read so far.
    case unread(Batch.Reached)
    /// No collector has read anything of the file.
    case unknown
  }

  package let line: Line
  /// Nil where no batch brought it.
  package let batch: Batch?
  package let outcome: Outcome

  package init(line: Line, batch: Batch?, outcome: Outcome) {
    self.line = line
    self.batch = batch
    self.outcome = outcome
  }

  /// Whether the line is accounted for.
  package var isAccounted: Bool {
    switch outcome {
    case .record, .rejected, .blank, .pruned, .open: true
    case .missing, .gap, .unread, .unknown: false
    }
  }

  /// Whether something is stored of it.
  package var isStored: Bool {
    switch outcome {
    case .record, .rejected: true
    case .blank, .pruned, .open, .missing, .gap, .unread, .unknown: false
    }
  }
}

extension LineTrace.Batch {
  /// How far a source was read.
  package struct Reached: Sendable, Hashable {
    package let tenant: TenantID
    package let collectorName: String
    package let offset: Int64

    package init(tenant: TenantID, collectorName: String, offset: Int64) {
      self.tenant = tenant
      self.collectorName = collectorName
      self.offset = offset
    }
  }
}

// MARK: Words

extension LineTrace {
  /// A sentence or two, and a line feed.
  package var words: String {
    var text = "\(line.file):\(line.number) \(said)"
    if let begins = line.beginsAt {
      text += begins == 0 ? " It begins in the file before." : " It begins in line \(begins)."
    }
    if let batch {
      text +=
        " Batch \(batch.collector)-\(batch.sequence) of collector \(batch.collectorName), stored \(batch.received.rfc3339)."
    }
    return text + "\n"
  }

  private var said: String {
    let tenant = batch.map { " of \($0.tenant)" } ?? ""
    return switch outcome {
    case .record(let id, let time, let tool, let status):
      "is record \(id)\(tenant): \(tool), \(status ?? "no status"), \(time.rfc3339)."
    case .rejected(let id, let reason):
      "is no record: it was rejected as \(reason), and is kept redacted as \(id)\(tenant)."
    case .blank: "is blank: it was counted\(batch.map { " for \($0.tenant)" } ?? "") and not stored."
    case .pruned(let days):
      "was stored, and left with its day by retention (\(days.map(\.description).joined(separator: ", ")))."
    case .open: "was read, and is a piece of a line whose end has not come yet; it is stored with its end."
    case .missing:
      "was read, and nothing of its own is stored: it is part of what another line began (a document over several lines, a call with "
        + "its response), or of something that still waits for its end."
    case .gap: "was lost: its bytes were gone before they could be read."
    case .unread(let reached):
      "is not read yet: collector \(reached.collectorName) stored the file up to byte \(reached.offset) for \(reached.tenant), "
        + "and the line begins at byte \(line.offset)."
    case .unknown: "is not read: no collector has stored anything of this file."
    }
  }

  /// One JSON object and a line feed.
  package var ndjson: String {
    var text = "{\"file\":\(RecordFormat.quoted(line.file)),\"line\":\(line.number),\"offset\":\(line.offset)"
    if let begins = line.beginsAt, begins > 0 { text += ",\"beginsAtLine\":\(begins)" }
    if line.beginsAt == 0 { text += ",\"beginsInFileBefore\":true" }
    text += ",\"outcome\":\"\(name)\""
    if let batch {
      text += ",\"tenant\":\(RecordFormat.quoted(batch.tenant.name))"
      text += ",\"collector\":\(RecordFormat.quoted(batch.collectorName))"
      text += ",\"batch\":\"\(batch.collector)-\(batch.sequence)\",\"stored\":\"\(batch.received.rfc3339)\""
      text += ",\"source\":\(batch.source.number)"
    }
    switch outcome {
    case .record(let id, let time, let tool, let status):
      text += ",\"id\":\"\(id)\",\"time\":\"\(time.rfc3339)\",\"tool\":\(RecordFormat.quoted(tool))"
      if let status { text += ",\"status\":\(RecordFormat.quoted(status))" }
    case .rejected(let id, let reason):
      text += ",\"id\":\"\(id)\",\"reason\":\(RecordFormat.quoted(reason))"
    case .pruned(let days):
      text += ",\"days\":[\(days.map { "\"\($0)\"" }.joined(separator: ","))]"
    case .unread(let reached):
      text += ",\"tenant\":\(RecordFormat.quoted(reached.tenant.name))"
      text += ",\"collector\":\(RecordFormat.quoted(reached.collectorName)),\"readTo\":\(reached.offset)"
    case .blank, .open, .missing, .gap, .unknown: break
    }
    return text + "}\n"
  }

  private var name: String {
    switch outcome {
    case .record: "record"
    case .rejected: "rejected"
    case .blank: "blank"
    case .pruned: "pruned"
    case .open: "open"
    case .missing: "missing"
    case .gap: "gap"
    case .unread: "unread"
    case .unknown: "unknown"
    }
  }
}
