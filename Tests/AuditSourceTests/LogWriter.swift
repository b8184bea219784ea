import AuditSample
import Glibc
import Testing

/// Writes a log as runtimes and rotations do, and remembers what it says: the model that a reader is held against.
final class LogWriter {
  enum Format: Int, CaseIterable { case cri, docker, plain }

  /// What one line of the program came to.
  struct Written {
    let text: String
    /// The generations of the file that hold its pieces, the first and the last.
    var generations: ClosedRange<Int>
  }

  private let path: String
  private var descriptor: Int32
  private var number = 0
  private var rotations = 0
  private var generation = 0
  /// The rotated files that are there, oldest first, with their generation.
  private var rotated: [(path: String, generation: Int)] = []
  private var open: [String: Written] = [:]
  private var torn: [UInt8] = []
  private(set) var written: [Written] = []
  /// Generations of which bytes were destroyed, and whether a reader that is killed later can know.
  private(set) var destroyed: [Int: Bool] = [:]

  init(path: String) {
    self.path = path
    descriptor = Self.create(path)
  }

  deinit { close(descriptor) }

  private static func create(_ path: String) -> Int32 {
    Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
  }

  private func put(_ bytes: [UInt8]) {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, bytes.count) }
    precondition(written == bytes.count)
  }

  func write(lines: Int, _ random: inout SplitMix64) {
    finishTorn()
    for _ in 0..<lines { put(nextLine(&random)) }
  }

  /// Half a line; the other half comes with whatever is done next.
  func tear(_ random: inout SplitMix64) {
    finishTorn()
    let line = nextLine(&random)
    let cut = 1 + random.next(below: line.count - 1)
    put(Array(line[..<cut]))
    torn = Array(line[cut...])
  }

  func finishTorn() {
    put(torn)
    torn = []
  }

  private func nextLine(_ random: inout SplitMix64) -> [UInt8] {
    number += 1
    let format = Format.allCases[random.next(below: 8) == 0 ? 2 : random.next(below: 2)]
    let stream = random.next(below: 3) == 0 ? "stderr" : "stdout"
    let size = random.next(below: 12) == 0 ? 1500 : 40
    let text = "<\(number) " + String(repeating: "x", count: random.next(below: size)) + ">"
    let key = "\(format) \(stream)"
    let isPartial = format != .plain && random.next(below: 3) == 0
    let line = extend(open.removeValue(forKey: key), with: text)
    if isPartial { open[key] = line } else { written.append(line) }
    return Self.encode(text, format, stream, isPartial: isPartial)
  }

  private func extend(_ line: Written?, with text: String) -> Written {
    Written(text: (line?.text ?? "") + text, generations: (line?.generations.lowerBound ?? generation)...generation)
  }

  private static func encode(_ text: String, _ format: Format, _ stream: String, isPartial: Bool) -> [UInt8] {
    let time = "2026-11-20T00:00:00.000000001Z"
    return switch format {
    case .cri: Array("\(time) \(stream) \(isPartial ? "P" : "F") \(text)\n".utf8)
    case .docker:
      Array("{\"log\":\"\(text)\(isPartial ? "" : "\\n")\",\"stream\":\"\(stream)\",\"time\":\"\(time)\"}\n".utf8)
    case .plain: Array("\(text)\n".utf8)
    }
  }

  private func nextName() -> String {
    rotations += 1
    return "\(path).20261125-\(100_000 + rotations)"
  }

  /// As kubelet does it. A line that is half written goes on in the renamed file.
  func rotate() {
    let name = nextName()
    rename(path, name)
    finishTorn()
    close(descriptor)
    descriptor = Self.create(path)
    rotated.append((name, generation))
    generation += 1
  }

  /// All rotated files but the newest, as kubelet does it.
  func compress() throws {
    for index in rotated.indices.dropLast() where !rotated[index].path.hasSuffix(".gz") {
      let plain = rotated[index].path
      try bytes(plain, gzip(try bytes(of: plain)))
      rotated[index].path = plain + ".gz"
    }
  }

  private func bytes(of path: String) throws -> [UInt8] {
    let file = Glibc.open(path, O_RDONLY)
    defer { close(file) }
    try #require(file >= 0)
    var bytes = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
    let got = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    try #require(got == bytes.count)
    return bytes
  }

  private func bytes(_ plain: String, _ compressed: [UInt8]) throws {
    try store(compressed, in: plain + ".tmp")
    rename(plain + ".tmp", plain + ".gz")
    unlink(plain)
  }

  private func store(_ bytes: [UInt8], in path: String) throws {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(file) }
    try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
  }

  /// As logrotate's copytruncate does it, with nothing written in between.
  func copyTruncate() throws {
    finishTorn()
    let name = nextName()
    try store(try bytes(of: path), in: name)
    ftruncate(descriptor, 0)
    rotated.append((name, generation))
    generation += 1
  }

  /// The reader was killed: of what it had not stored it knows nothing any more.
  func forgetUnstored() {
    for (generation, isStored) in destroyed where !isStored { unknowable.insert(generation) }
  }
  private(set) var unknowable: Set<Int> = []

  // What destroys.

  /// Of a file whose first line is only half there a reader has seen a few bytes, mostly of the time. What is written after the
  /// truncation may begin with the same ones: then nobody can tell it from the first line's other half.
  private func noteBeginning() {
    if !torn.isEmpty, lseek(descriptor, 0, SEEK_END) < 64 { unknowable.insert(generation) }
  }

  func truncate(isStored: Bool) {
    noteBeginning()
    finishTorn()
    ftruncate(descriptor, 0)
    destroyed[generation] = isStored
    generation += 1
  }

  /// The file that is being written is deleted and made anew; its inode may come back.
  func recreate(isStored: Bool) {
    noteBeginning()
    finishTorn()
    unlink(path)
    close(descriptor)
    descriptor = Self.create(path)
    destroyed[generation] = isStored
    generation += 1
  }

  func deleteOldest() {
    guard !rotated.isEmpty else { return }
    let oldest = rotated.removeFirst()
    unlink(oldest.path)
    destroyed[oldest.generation] = false
  }

  /// Ends what is open, so that every line has an end. A log that lost something goes on: only then its loss is told.
  func finish() {
    finishTorn()
    if !destroyed.isEmpty {
      let last = Written(text: "<last>", generations: generation...generation)
      put(Self.encode(last.text, .plain, "", isPartial: false))
      written.append(last)
    }
    for key in open.keys.sorted() {
      guard let line = open.removeValue(forKey: key) else { continue }
      let parts = key.split(separator: " ")
      put(Self.encode("<end>", parts[0] == "cri" ? .cri : .docker, String(parts[1]), isPartial: false))
      written.append(extend(line, with: "<end>"))
    }
  }
}
