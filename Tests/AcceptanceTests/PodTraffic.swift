import AuditModel
import AuditSample
import Glibc

/// One pod that writes its log: bursts of lines, some in pieces with the other stream between them, write(2) calls that
/// end in the middle of a line, rotations between lines and in the middle of one.
final class PodTraffic {
  private var writer: PodLogWriter
  private var traffic: SampleTraffic
  private var framing = CRIFraming()
  private var random: SplitMix64
  private let idPrefix: String
  private let rotateEvery: Int
  private var sinceRotation = 0
  private(set) var rotations = 0

  /// One line in this many comes in pieces.
  private static let piecesEvery: UInt64 = 40

  init(root: String, number: Int, namespace: String, seed: UInt64, rotateEvery: Int) throws {
    idPrefix = "p\(number)"
    var options = SampleTraffic.Options()
    options.idPrefix = idPrefix
    options.noiseEvery = 97
    options.cutEvery = 307
    options.noTimestampEvery = 1009
    options.poisonEvery = 211
    traffic = SampleTraffic(seed: seed, options: options)
    random = SplitMix64(seed: ~seed)
    writer = try PodLogWriter(
      root: root, namespace: namespace, pod: "server-\(number)", uid: "0000-\(number)", container: "tools",
      rotatedMax: nil)
    self.rotateEvery = rotateEvery
  }

  /// Writes the next lines.
  func write(_ count: Int, noting written: inout WrittenLines) throws {
    var left = count
    var buffer: [UInt8] = []
    while left > 0 {
      if sinceRotation >= rotateEvery {
        try flush(&buffer)
        left -= try rotate(noting: &written, left)
        continue
      }
      if left > 1, random.next() % Self.piecesEvery == 0 {
        appendInterleaved(to: &buffer, noting: &written)
        left -= 2
      } else {
        let line = next(noting: &written)
        framing.append(line.span, at: .now, to: &buffer)
        left -= 1
      }
    }
    try flush(&buffer)
  }

  private func next(noting written: inout WrittenLines) -> [UInt8] {
    var bytes: [UInt8] = []
    let line = traffic.append(at: .now, to: &bytes)
    written.note(line, id: "\(idPrefix)-\(line.number)")
    sinceRotation += 1
    return bytes
  }

  /// A line in three pieces, and between them a line of the other stream.
  private func appendInterleaved(to buffer: inout [UInt8], noting written: inout WrittenLines) {
    let line = next(noting: &written)
    let other = next(noting: &written)
    for (index, piece) in CRIFraming.pieces(of: line.count, fragments: 3).enumerated() {
      framing.append(line.span.extracting(piece), at: .now, isPartial: index < 2, to: &buffer)
      if index == 1 { framing.append(other.span, at: .now, stream: .stderr, to: &buffer) }
    }
  }

  /// Rotates between two lines, or in the middle of one.
  /// - Returns: how many lines were written.
  private func rotate(noting written: inout WrittenLines, _ left: Int) throws -> Int {
    rotations += 1
    let isBetween = random.next() % 2 == 0
    sinceRotation = 0
    if isBetween {
      try writer.rotate(at: .now)
      return 0
    }
    let line = next(noting: &written)
    try writer.write(line, at: .now, fragments: 4, rotatingAfter: 1 + Int(random.next() % 3))
    return 1
  }

  /// Often in two calls, the first of which ends anywhere.
  private func flush(_ buffer: inout [UInt8]) throws {
    if buffer.isEmpty { return }
    let cut = Int(random.next() % UInt64(buffer.count))
    try writer.write(framed: Array(buffer[..<cut]))
    try writer.write(framed: Array(buffer[cut...]))
    buffer.removeAll(keepingCapacity: true)
  }
}

extension RecordTime {
  static var now: RecordTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return RecordTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
