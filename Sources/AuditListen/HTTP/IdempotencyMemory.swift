import AuditModel
import Synchronization

/// What the last requests with an `Idempotency-Key` held and were answered. Only the sink's own memory decides what is stored; this one
/// lets a repeated request be answered like the first, and one key for two contents be refused.
final class IdempotencyMemory: Sendable {
  struct Entry: Sendable, Hashable {
    let content: Digest
    let records: Int
    let rejected: Int
  }

  private struct Memory {
    var entries: [Digest: Entry] = [:]
    /// Keys in the order of their coming, as a ring.
    var order: [Digest] = []
    var oldest = 0
  }

  private let entriesMax: Int
  private let memory = Mutex(Memory())

  init(entriesMax: Int = 4096) { self.entriesMax = entriesMax }

  subscript(key: Digest) -> Entry? { memory.withLock { $0.entries[key] } }

  func remember(_ entry: Entry, for key: Digest) {
    memory.withLock { memory in
      guard memory.entries.updateValue(entry, forKey: key) == nil else { return }
      if memory.order.count < entriesMax {
        memory.order.append(key)
      } else {
        memory.entries[memory.order[memory.oldest]] = nil
        memory.order[memory.oldest] = key
        memory.oldest = (memory.oldest + 1) % entriesMax
      }
    }
  }
}

/// Names a submission for the sink: what the peer calls it, whose it is and what it holds. The content is part of it, so that neither a
/// wrong client nor a hostile one can hide lines behind a key that was used before.
struct SubmissionKey {
  /// The peer's name for it, within its tenant.
  let name: Digest
  let content: Digest
  private let kind: String

  init(kind: String, tenant: TenantID?, name: [UInt8], content: [UInt8]) {
    let scope = Array("\(kind)\u{0}\(tenant?.name ?? "")\u{0}".utf8)
    self.kind = kind
    self.name = Digest(of: scope + name)
    self.content = Digest(of: content)
  }

  /// At most 256 bytes.
  var text: String { "\(kind)-\(Digest(of: name.bytes + content.bytes).hex)" }
}
