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
