import AuditModel
import Foundation
import Testing

@testable import AuditSpool

@Suite("A spool that is opened again")
struct RecoveryTests {
  private static var limits: SpoolLimits {
    var limits = SpoolLimits()
    limits.segmentBytesMax = 2000
    return limits
  }

  /// Pieces of a random number of lines, each of its own tool.
  private static func pieces(_ count: Int, _ random: inout SeededGenerator) -> [SpoolPiece] {
    (0..<count).map { index in
      let lines = (0..<Int.random(in: 1...3, using: &random)).map { line in
        Bool.random(using: &random) ? Pieces.line("tool_\(index)_\(line)") : "rejected \(index) \(line)"
      }
      return Pieces.submission(lines, listener: "tcp://\(index % 2)")
    }
  }

  @Test("has everything that was acknowledged, in order", arguments: [1, 2, 3] as [UInt64])
  func everything(seed: UInt64) async throws {
    let directory = try TemporaryDirectory()
    var random = SeededGenerator(seed: seed)
    var written: [PieceImage] = []
    do {
      let spool = try await Spool.opened(directory.path, limits: Self.limits)
      var places: [String: Int64] = [:]
      for piece in Self.pieces(20, &random) {
        #expect(try await spool.append(piece) == .durable)
        let base = places[piece.sources[0].path] ?? 0
        places[piece.sources[0].path] = base + piece.byteCount
        var placed = piece
        placed.spans[0].from.offset += base
        placed.spans[0].to.offset += base
        written.append(PieceImage(placed))
      }
      #expect(spool.figures.pieces == 20)
    }
    #expect(directory.segments.count > 2)
    let again = try await Spool.opened(directory.path, limits: Self.limits)
    #expect(again.figures.damagedBytes == 0 && again.figures.lostPieces == 0 && again.figures.pieces == 20)
    #expect(await again.readAll(rows: 7).pieces == written)
    #expect(again.figures.pieces == 0)
  }

  /// A segment's bytes, and its frames with the bytes that each takes.
  private static func segment(seed: UInt64, count: Int) async throws -> (
    bytes: [UInt8], frames: [(PieceImage, Range<Int>)]
  ) {
    let directory = try TemporaryDirectory()
    var random = SeededGenerator(seed: seed)
    let spool = try await Spool.opened(directory.path)
    for piece in Self.pieces(count, &random) { _ = try await spool.append(piece) }
    let bytes = Array(try Data(contentsOf: URL(filePath: try #require(directory.segments.first))))
    let scanner = Self.scanner(bytes)
    var frames: [(PieceImage, Range<Int>)] = []
    var at = 0
    while case .frame(let piece, let byteCount)? = scanner.finding(at: at) {
      frames.append((PieceImage(piece), at..<at + byteCount))
      at += byteCount
    }
    #expect(at == bytes.count && frames.count == count)
    return (bytes, frames)
  }

  private static func scanner(_ bytes: [UInt8]) -> FrameScanner {
    FrameScanner(byteCount: bytes.count) { offset, count in
      Array(bytes[offset..<min(bytes.count, offset + count)])
    }
  }

  private struct Found {
    var whole: [PieceImage] = []
    var lost: [PieceImage] = []
    var damagedBytes = 0
  }

  private static func scan(_ bytes: [UInt8]) -> Found {
    let scanner = scanner(bytes)
    var found = Found()
    var at = 0
    while let finding = scanner.finding(at: at) {
      switch finding {
      case .frame(let piece, let byteCount):
        found.whole.append(PieceImage(piece))
        at += byteCount
      case .lost(let piece, let byteCount):
        found.lost.append(PieceImage(piece, isLost: true))
        at += byteCount
      case .damage(let byteCount):
        #expect(byteCount > 0)
        found.damagedBytes += byteCount
        at += byteCount
      }
    }
    #expect(at == bytes.count)
    return found
  }

  @Test("loses of a torn segment only the frame that was torn, wherever that was")
  func everyTruncation() async throws {
    let (bytes, frames) = try await Self.segment(seed: 11, count: 4)
    for count in 0..<bytes.count {
      let found = Self.scan(Array(bytes[..<count]))
      let whole = frames.filter { $0.1.upperBound <= count }.map(\.0)
      #expect(found.whole == whole, "truncated to \(count) bytes")
      #expect(found.lost.count <= 1)
    }
  }

  @Test("loses of a damaged segment only the frames that damage touches", arguments: 0..<200 as Range<UInt64>)
  func damage(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed &* 7919 &+ 1)
    let (bytes, frames) = try await Self.segment(seed: seed % 5, count: 12)
    var damaged = bytes
    var touched: Set<Int> = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + [1, 8, 100, 700][Int.random(in: 0..<4, using: &random)])
      let zeros = Bool.random(using: &random)
      for index in start..<end { damaged[index] = zeros ? 0 : UInt8.random(in: 0...255, using: &random) }
      for (index, frame) in frames.enumerated() where frame.1.overlaps(start..<end) { touched.insert(index) }
    }
    let found = Self.scan(damaged)
    // Damage may by chance write what was there: then the frame is whole.
    let unharmed = frames.enumerated().filter {
      !touched.contains($0.offset) || damaged[$0.element.1] == bytes[$0.element.1]
    }
    #expect(found.whole == unharmed.map(\.element.0), "seed \(seed)")
    for lost in found.lost {
      #expect(frames.contains { $0.0.from == lost.from && $0.0.to == lost.to }, "seed \(seed): \(lost)")
    }
    let harmed = frames.count - unharmed.count
    #expect(found.lost.count <= harmed)
    if found.lost.count < harmed { #expect(found.damagedBytes > 0) }
  }

  @Test("starts whatever is in its directory, and counts it", arguments: 0..<20 as Range<UInt64>)
  func garbage(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let tenant = "\(directory.path)/tenant_acme"
    try FileManager.default.createDirectory(atPath: tenant, withIntermediateDirectories: true)
    var bytes: [UInt8] = (0..<Int.random(in: 0...3000, using: &random)).map { _ in .random(in: 0...255, using: &random)
    }
    if seed % 3 == 0 { bytes.insert(contentsOf: SpoolFrame.magic + [0, 1, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF], at: 0) }
    try Data(bytes).write(to: URL(filePath: "\(tenant)/0000000000000001.seg"))
    try Data(bytes).write(to: URL(filePath: "\(tenant)/keys"))
    try Data(bytes).write(to: URL(filePath: "\(tenant)/nonsense.seg"))
    let spool = try await Spool.opened(directory.path)
    #expect(spool.figures.damagedBytes >= bytes.count)
    #expect(await spool.readAll().pieces.isEmpty)
    #expect(try await spool.append(Pieces.submission([Pieces.line("a")])) == .durable)
    #expect(await spool.readAll().pieces.count == 1)
  }

  @Test("starts whatever stands in a segment's place: a pipe, a directory, a link, a number that has no next one")
  func strangeSegments() async throws {
    let directory = try TemporaryDirectory()
    do {
      let spool = try await Spool.opened(directory.path)
      _ = try await spool.append(Pieces.submission([Pieces.line("a")]))
    }
    let tenant = "\(directory.path)/tenant_acme"
    #expect(mkfifo("\(tenant)/00000000000000aa.seg", 0o600) == 0)
    #expect(mkdir("\(tenant)/00000000000000bb.seg", 0o700) == 0)
    #expect(symlink("/dev/zero", "\(tenant)/00000000000000cc.seg") == 0)
    try Data([1, 2, 3]).write(to: URL(filePath: "\(tenant)/7fffffffffffffff.seg"))
    let spool = try await Spool.opened(directory.path)
    #expect(try await spool.append(Pieces.submission([Pieces.line("b")])) == .durable)
    #expect(await spool.readAll().pieces.count == 2)
  }

  @Test("hands out what it knows of a frame whose rows are damaged, so that the gap can be named")
  func lostIsNamed() async throws {
    let directory = try TemporaryDirectory()
    do {
      let spool = try await Spool.opened(directory.path)
      for tool in ["a", "b", "c"] { _ = try await spool.append(Pieces.submission([Pieces.line(tool)])) }
    }
    let path = try #require(directory.segments.first)
    var bytes = Array(try Data(contentsOf: URL(filePath: path)))
    let second = bytes.count / 3 * 2 - 20
    bytes[second] ^= 0xFF
    try Data(bytes).write(to: URL(filePath: path))
    let again = try await Spool.opened(directory.path)
    #expect(again.figures.lostPieces == 1)
    let pieces = await again.readAll().pieces
    #expect(pieces.map(\.isLost) == [false, true, false])
    #expect(pieces[1].from == pieces[0].to && pieces[1].to == pieces[2].from)
  }

  @Test("does not read another tenant's frames out of a tenant's directory")
  func foreignFrames() async throws {
    let directory = try TemporaryDirectory()
    do {
      let spool = try await Spool.opened(directory.path)
      _ = try await spool.append(Pieces.submission([Pieces.line("a")], tenant: "acme"))
      _ = try await spool.append(Pieces.submission([Pieces.line("b")], tenant: "other"))
    }
    let manager = FileManager.default
    try manager.moveItem(
      atPath: "\(directory.path)/tenant_other/0000000000000001.seg",
      toPath: "\(directory.path)/tenant_acme/0000000000000002.seg")
    let again = try await Spool.opened(directory.path)
    #expect(await again.readAll("acme").pieces.count == 1)
    #expect(again.figures.damagedBytes > 0)
  }

  @Test("never gives a place in a source out a second time")
  func incarnations() async throws {
    let directory = try TemporaryDirectory()
    var identities: Set<Int64> = []
    for _ in 0..<3 {
      let spool = try await Spool.opened(directory.path)
      _ = try await spool.append(Pieces.submission([Pieces.line("a")]))
      while let part = await spool.read(.named("acme"), rowsMax: 1, bytesMax: 1), !part.items.isEmpty {
        for case .piece(let piece) in part.items {
          #expect(piece.spans[0].from == .start)
          identities.insert(try #require(piece.sources[0].identity).inode)
        }
      }
    }
    #expect(identities.count == 3)
  }
}
