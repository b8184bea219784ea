import AuditModel
import AuditSource
import Foundation
import Testing

@Suite("Lines that waited when the reader was killed")
struct LineageAgainTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.path + "/app.log" }
  private static let lines = ["one", "two, a longer line", "three", "four"].map {
    "2026-11-20T00:00:00Z stdout F \($0)"
  }

  init() throws { directory = try TemporaryDirectory() }

  private func offset(of line: Int) -> Int64 {
    Self.lines[..<line].reduce(0) { $0 + Int64($1.utf8.count) + 1 }
  }

  /// A lineage that goes on in the file that an earlier run read to its end, with these lines open.
  private func resumed(_ open: [PendingLine], in name: String = "app.log") throws -> Lineage {
    let file = try LogFile(path: directory.path + "/" + name)
    let record = SourceRecord(id: SourceID(1), path: path, identity: file.identity, fingerprint: try file.fingerprint())
    let earlier = Lineage.Earlier(
      record: record, position: SourcePosition(offset(of: Self.lines.count)), lastBlock: nil, pending: open, gapBytes: 0
    )
    let lineage = Lineage(path: path, tenant: .unnamed, server: nil, lineBytesMax: 1 << 20)
    lineage.earlier = [earlier]
    let isKnown = try lineage.resume(file, among: [earlier], before: [])
    try #require(isKnown)
    return lineage
  }

  /// - Parameter following: of a line's text: whether the next one belongs to it.
  private func again(_ lineage: Lineage, following: Set<String> = []) throws -> [String] {
    var buffer: [UInt8] = []
    var taken: [String] = []
    let step = try lineage.step(buffer: &buffer, now: .now, isOnce: false, isGone: false, newSource: { nil }) {
      line, _ in
      taken.append("read anew")
    }
    #expect(step.span == nil)
    var standing: SourceSpan?
    standing = try lineage.readAgain(&buffer) { line, _ in
      let text = line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      taken.append(text)
      return following.contains(text)
    }
    #expect(!lineage.hasLinesToReadAgain)
    #expect(standing?.from == SourcePosition(offset(of: Self.lines.count)) && standing?.lines == 0)
    return taken
  }

  private func write() throws {
    try Self.lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
  }

  @Test("are read again from their places, and no other one is")
  func places() throws {
    try write()
    let open = [0, 2].map { PendingLine(whole: SourceID(1), offset: offset(of: $0)) }
    #expect(try again(try resumed(open)) == ["one", "three"])
  }

  @Test("are read again with what follows for as long as it belongs to them")
  func documents() throws {
    try write()
    let open = [PendingLine(whole: SourceID(1), offset: offset(of: 1))]
    let taken = try again(try resumed(open), following: ["two, a longer line", "three", "four"])
    #expect(taken == ["two, a longer line", "three", "four"])
  }

  @Test("are a gap where their file is gone")
  func gone() throws {
    try write()
    let lineage = try resumed([PendingLine(whole: SourceID(7), offset: 0)])
    #expect(try again(lineage).isEmpty)
    var buffer: [UInt8] = []
    var number: Int32 = 8
    let step = try lineage.step(buffer: &buffer, now: .now, isOnce: false, isGone: false) {
      number += 1
      return SourceID(number)
    } _: { _, _ in
    }
    #expect(step.span?.gap == SourceGap(byteCount: 1, isLeast: true))
  }

  @Test("have the ledger's code 4")
  func code() {
    let line = PendingLine(whole: SourceID(3), offset: 9)
    #expect(line.code == 4 && line.isWhole)
    #expect(PendingLine(code: 4, source: SourceID(3), offset: 9) == line)
    #expect(PendingLine(code: 5, source: SourceID(3), offset: 9) == nil)
  }
}
