import AuditModel
import AuditSample
import AuditSource
import Foundation
import Testing

/// Random histories of a log against a small model: three formats in fragments, half-written lines, renaming, compressing, copying and
/// truncating, deleting, and a reader that is killed and started again from what it had committed.
///
/// `AUDITTAIL_TEST_HISTORIES` says how many of each kind, `AUDITTAIL_TEST_HISTORIES_FROM` the first one's seed; a failure names its
/// seed.
@Suite("A log, whatever is done to it,")
struct LineageModelTests {
  private static let histories = setting("AUDITTAIL_TEST_HISTORIES") ?? 400
  private static let first = setting("AUDITTAIL_TEST_HISTORIES_FROM") ?? 0
  /// Each case runs this many, so that there is one line of the report for many.
  private static let perCase = 50
  static let blocks = first / perCase..<first / perCase + max(1, histories / perCase)

  private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  enum Kind: CaseIterable, CustomStringConvertible {
    case renaming, copying, destroying
    var description: String {
      switch self {
      case .renaming: "renaming and compressing"
      case .copying: "copying and truncating"
      case .destroying: "destroying"
      }
    }
  }

  @Test("is read once, and what is missing is counted", arguments: Kind.allCases, blocks)
  func isReadOnce(kind: Kind, block: Int) throws {
    var buffer: [UInt8] = []
    for seed in block * Self.perCase..<(block + 1) * Self.perCase {
      let problems = try Self.problems(of: kind, seed: UInt64(seed), &buffer)
      #expect(problems.isEmpty, "\(kind), seed \(seed): \(problems.joined(separator: "; "))")
    }
  }

  /// Histories that were read wrongly once.
  private static let kept: [(Kind, UInt64)] = [
    (.copying, 445), (.copying, 808), (.copying, 1058), (.copying, 1466), (.copying, 2998),
    (.copying, 3842), (.copying, 2117), (.copying, 6095),
    (.destroying, 410), (.destroying, 463), (.destroying, 580), (.destroying, 698), (.destroying, 1429),
    (.destroying, 2074), (.destroying, 2132), (.destroying, 2371), (.destroying, 2851),
    (.copying, 4527), (.copying, 4801), (.copying, 13487), (.copying, 16138), (.copying, 19292), (.copying, 20388),
    (.copying, 20841), (.copying, 25061), (.copying, 26599), (.copying, 26976),
    (.destroying, 5299), (.destroying, 8079), (.destroying, 8176), (.destroying, 8768), (.destroying, 9366),
    (.destroying, 10470), (.destroying, 11090), (.destroying, 11432), (.destroying, 12111), (.destroying, 12529),
    (.destroying, 13433), (.destroying, 14267), (.destroying, 17237), (.destroying, 17608), (.destroying, 18229),
    (.destroying, 18868), (.destroying, 21000), (.destroying, 21611), (.destroying, 21654), (.destroying, 24368),
    (.destroying, 24676), (.destroying, 26555), (.destroying, 27253), (.destroying, 27894), (.destroying, 30056),
    (.destroying, 36398), (.destroying, 38085), (.destroying, 39142), (.destroying, 39842), (.destroying, 41804),
    (.destroying, 54645), (.destroying, 57832),
    (.copying, 79143), (.copying, 80576), (.destroying, 71753), (.renaming, 13936),
  ]

  @Test("stays read as it should be where it once was not", arguments: kept)
  func isStillReadOnce(kind: Kind, seed: UInt64) throws {
    var buffer: [UInt8] = []
    let problems = try Self.problems(of: kind, seed: seed, &buffer)
    #expect(problems.isEmpty, "\(problems.joined(separator: "; "))")
  }

  private static func problems(of kind: Kind, seed: UInt64, _ buffer: inout [UInt8]) throws -> [String] {
    var random = SplitMix64(seed: seed &* 0x9E37_79B9 &+ UInt64(Kind.allCases.firstIndex(of: kind) ?? 0))
    let directory = try TemporaryDirectory()
    let writer = LogWriter(path: directory.path + "/0.log")
    var reader = CommittingReader(path: directory.path + "/0.log", lineBytesMax: 64 << 10, buffer: buffer)
    defer { buffer = reader.buffer }
    var actions: [String] = []
    for _ in 0..<(10 + random.next(below: 40)) {
      let action = Action.random(of: kind, &random)
      actions.append(action.description)
      try act(action, writer, &reader, &random)
    }
    writer.finish()
    try reader.drain()
    let problems = compare(writer, reader)
    return problems.isEmpty ? [] : problems + ["after: " + actions.joined(separator: ", ")]
  }

  enum Action: CustomStringConvertible {
    case write(Int)
    case tear, rotate, compress, copyTruncate, truncate, recreate, deleteOldest
    case read(Int)
    case restart, commit, release

    static func random(of kind: Kind, _ random: inout SplitMix64) -> Action {
      switch random.next(below: 16) {
      case 0...4: .write(1 + random.next(below: 6))
      case 5: .tear
      case 6: .rotate
      case 7: .compress
      case 8: .restart
      case 9: .commit
      case 10: .release
      case 11 where kind == .copying: .copyTruncate
      case 11 where kind == .destroying: [.truncate, .recreate, .deleteOldest][random.next(below: 3)]
      default: .read(1 + random.next(below: 4))
      }
    }

    var description: String {
      switch self {
      case .write(let lines): "write \(lines)"
      case .read(let steps): "read \(steps)"
      case .tear: "tear"
      case .rotate: "rotate"
      case .compress: "compress"
      case .copyTruncate: "copy and truncate"
      case .truncate: "truncate"
      case .recreate: "recreate"
      case .deleteOldest: "delete oldest"
      case .restart: "restart"
      case .commit: "commit"
      case .release: "release"
      }
    }
  }

  private static func act(
    _ action: Action, _ writer: LogWriter, _ reader: inout CommittingReader, _ random: inout SplitMix64
  ) throws {
    switch action {
    case .write(let lines): writer.write(lines: lines, &random)
    case .tear: writer.tear(&random)
    case .rotate: writer.rotate()
    case .compress: try writer.compress()
    case .copyTruncate: try writer.copyTruncate()
    case .truncate, .recreate, .deleteOldest:
      // What nobody ever saw nobody can count, and of what was seen and never stored a killed reader knows nothing.
      try reader.read(steps: 1)
      reader.commit()
      let isStored = reader.hasStored()
      if case .truncate = action { writer.truncate(isStored: isStored) }
      if case .recreate = action { writer.recreate(isStored: isStored) }
      if case .deleteOldest = action { writer.deleteOldest() }
    case .read(let steps): try reader.read(steps: steps)
    case .restart:
      reader.restart()
      writer.forgetUnstored()
    case .commit: reader.commit()
    case .release: try reader.release()
    }
  }

  /// Each line that no destruction touched is there once. Of the others what is there is a piece of them, and what is not is counted.
  private static func compare(_ writer: LogWriter, _ reader: CommittingReader) -> [String] {
    var problems = reader.disorder
    var missing: [LogWriter.Written] = []
    var counts = Dictionary(reader.committedLines.map { ($0, 1) }, uniquingKeysWith: +)
    for line in writer.written {
      switch counts.removeValue(forKey: line.text) ?? 0 {
      case 0: missing.append(line)
      case 1: break
      case let count: problems.append("\(count) times: \(line.text.prefix(40))")
      }
    }
    // What a killed reader could not know may also have held the end of a line that then went on with another one's.
    let isExcused: (String, String) -> Bool = { one, other in
      !writer.unknowable.isEmpty && one.split(separator: "<").contains { other.contains("<" + $0) }
    }
    for line in missing where !writer.destroyed.keys.contains(where: { line.generations.contains($0) }) {
      if !counts.keys.contains(where: { isExcused(line.text, $0) }) {
        problems.append("missing: \(line.text.prefix(40))")
      }
    }
    for piece in counts.keys where !missing.contains(where: { $0.text.contains(piece) || isExcused(piece, $0.text) }) {
      problems.append("not written: \(piece.prefix(40))")
    }
    if missing.isEmpty {
      if writer.destroyed.isEmpty, !reader.gaps.isEmpty {
        problems.append("gaps of \(reader.gapBytes) bytes where nothing is lost")
      }
    } else if reader.gaps.isEmpty,
      missing.contains(where: { line in
        !writer.unknowable.contains { line.generations.contains($0) }
          && !counts.keys.contains { isExcused(line.text, $0) }
      })
    {
      problems.append("\(missing.count) lines are lost and no gap is counted")
    }
    return problems
  }
}
