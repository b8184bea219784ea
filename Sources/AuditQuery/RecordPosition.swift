package import AuditModel

/// A record's place in the order of all records: by time, then by where it is stored. The id is the last part of it.
package struct RecordPosition: Sendable, Hashable, Comparable {
  package let time: RecordTime
  package let tenant: TenantID
  package let id: RecordID

  package init(time: RecordTime, tenant: TenantID, id: RecordID) {
    self.time = time
    self.tenant = tenant
    self.id = id
  }

  package static func < (left: RecordPosition, right: RecordPosition) -> Bool {
    if left.time != right.time { return left.time < right.time }
    if left.tenant != right.tenant { return left.tenant < right.tenant }
    return left.id < right.id
  }

  /// What `--cursor` takes: opaque, safe in a shell.
  package var cursor: String { "\(time.nanoseconds).\(id).\(tenant)" }

  package init?(cursor: String) {
    let parts = cursor.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, let nanoseconds = Int64(parts[0]), let id = RecordID(String(parts[1])),
      let tenant = TenantID(String(parts[2]))
    else { return nil }
    self.init(time: RecordTime(nanoseconds: nanoseconds), tenant: tenant, id: id)
  }
}

/// A record's name within its tenant: the collector, its batch, and the place in it. `3-17-204`.
package struct RecordID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let collector: Int32
  package let sequence: Int64
  package let index: Int32

  package init(collector: Int32, sequence: Int64, index: Int32) {
    self.collector = collector
    self.sequence = sequence
    self.index = index
  }

  package init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 3, let collector = Int32(parts[0]), let sequence = Int64(parts[1]), let index = Int32(parts[2])
    else {
      return nil
    }
    self.init(collector: collector, sequence: sequence, index: index)
  }

  package var description: String { "\(collector)-\(sequence)-\(index)" }

  package static func < (left: RecordID, right: RecordID) -> Bool {
    (left.collector, left.sequence, left.index) < (right.collector, right.sequence, right.index)
  }
}
