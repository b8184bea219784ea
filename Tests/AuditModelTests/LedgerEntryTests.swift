import AuditModel
import Testing

@Suite("A ledger entry")
struct LedgerEntryTests {
  private static let day = Day(daysSince1970: 20_777)
  private static let entry = LedgerEntry(
    collector: 3, sequence: 12, layout: 1, received: 845_000_000_000_000,
    days: [LedgerDay(day: day, records: 5, recordsRoot: Digest(of: [1]), rejected: 1, rejectedRoot: Digest(of: [2]))],
    gapBytes: 0,
    spans: [
      SourceSpan(
        source: SourceID(1), from: .start, to: SourcePosition(900), lines: 6,
        pending: [PendingLine(stream: .stderr, source: SourceID(1), offset: 850)])
    ],
    previous: .zero)

  @Test(
    "has another hash when anything in it is other",
    arguments: [
      { $0.collector = 4 }, { $0.sequence = 13 }, { $0.layout = 2 }, { $0.received += 1 }, { $0.gapBytes = 1 },
      { $0.previous = Digest(of: []) }, { $0.days[0].records = 6 }, { $0.days[0].rejected = 0 },
      { $0.days[0].recordsRoot = .zero }, { $0.days[0].rejectedRoot = .zero }, { $0.days[0].day = day.advanced(by: 1) },
      { $0.spans[0].to = SourcePosition(901) }, { $0.spans[0].from = SourcePosition(1) }, { $0.spans[0].lines = 7 },
      { $0.spans[0].pending = [] }, { $0.spans[0].lastBlock = 0 },
      { $0.spans[0].gap = SourceGap(byteCount: 1, isLeast: false) },
      { $0.spans[0].pending = [PendingLine(stream: .stderr, format: .docker, source: SourceID(1), offset: 850)] },
      { $0.days = [] }, { $0.spans = [] },
    ] as [@Sendable (inout LedgerEntry) -> Void])
  func sensitive(change: @Sendable (inout LedgerEntry) -> Void) {
    var changed = Self.entry
    change(&changed)
    #expect(changed.hash != Self.entry.hash)
  }

  @Test("does not depend on the order in which its days and sources were found")
  func ordered() {
    let other = LedgerDay(
      day: Self.day.advanced(by: -1), records: 1, recordsRoot: .zero, rejected: 0, rejectedRoot: .zero)
    func entry(_ days: [LedgerDay]) -> LedgerEntry {
      LedgerEntry(
        collector: 1, sequence: 1, layout: 1, received: 0, days: days, gapBytes: 0, spans: [], previous: .zero)
    }
    #expect(entry([Self.entry.days[0], other]).hash == entry([other, Self.entry.days[0]]).hash)
    #expect(entry([Self.entry.days[0], other]).root == entry([other, Self.entry.days[0]]).root)
  }

  @Test("is hashed as it always was where it knows nothing of last blocks and gaps")
  func layouts() {
    #expect(Self.entry.hash.hex == "f9985681c902d6b24b6f0c11a3fc9985ee42b28dfd666127494e53059a3034d2")
    var entry = Self.entry
    entry.gapBytes = 7
    entry.spans[0].lastBlock = -5
    entry.spans[0].gap = SourceGap(byteCount: 7, isLeast: true)
    #expect(entry.hash.hex == "f50dcb053c6fd7daa04bbf1b59d01e866e7f75b1adfe2cdf723bfefbd2fabc25")
    var other = entry
    other.spans[0].gap = SourceGap(byteCount: 7, isLeast: false)
    #expect(other.hash != entry.hash)
  }

  @Test("joins the spans of one source, and keeps what was lost")
  func following() {
    let first = SourceSpan(
      source: SourceID(1), from: .start, to: SourcePosition(10), lines: 2, pending: [], lastBlock: 1)
    let next = SourceSpan(
      source: SourceID(1), from: SourcePosition(10), to: SourcePosition(25), lines: 1, pending: [], lastBlock: 2,
      gap: SourceGap(byteCount: 5, isLeast: true))
    let both = first.followed(by: next)
    #expect(both.from == .start && both.to == SourcePosition(25) && both.lines == 3 && both.lastBlock == 2)
    #expect(both.gap == SourceGap(byteCount: 5, isLeast: true))
  }
}
