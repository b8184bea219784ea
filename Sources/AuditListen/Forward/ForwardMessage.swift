import AuditModel
import JSON

/// A message of the Fluent Forward protocol, v1 (github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1), in any of its modes:
///
///     Message        [tag, time, record, option?]
///     Forward        [tag, [[time, record], …], option?]
///     PackedForward  [tag, bin of (time, record) entries one after the other, option?]; gzip with option `compressed`
struct ForwardMessage {
  private(set) var lines = LineBatch()
  /// What the peer wants to be acknowledged.
  private(set) var chunk: [UInt8]?

  enum Problem: Error, Equatable {
    case format(MessagePackReader.Problem)
    case compression(Inflate.Problem)
    case unknownCompression

    var words: String {
      switch self {
      case .format(let problem): problem.words
      case .compression(.damaged): "the compressed entries are no gzip data"
      case .compression(.truncated): "the compressed entries end in the middle"
      case .compression(.tooLarge): "the compressed entries become larger than limits.inflated_bytes"
      case .compression(.refused(let refusal)): refusal.words
      case .unknownCompression: "the option compressed names something else than gzip"
      }
    }
  }

  /// - Parameters:
  ///   - range: where the message lies in `bytes`.
  ///   - grow: see `Inflate`.
  init(
    _ bytes: Span<UInt8>, _ range: Range<Int>, limits: ListenLimits,
    grow: (Int) throws(InFlightBytes.Refusal) -> Void
  ) throws(Problem) {
    do throws(MessagePackReader.Problem) {
      var reader = MessagePackReader(at: range.lowerBound)
      guard case .array(let count) = try reader.next(bytes), (2...4).contains(count),
        case .string(let tagRange) = try reader.next(bytes)
      else { throw .unexpected }
      let tag = bytes.extracting(tagRange).withUnsafeBufferPointer { Array($0) }
      var second = reader
      switch try second.next(bytes) {
      case .array(let entries) where count <= 3:
        for _ in 0..<entries { try Self.entry(&second, bytes, tag, &lines) }
        try option(&second, bytes, isThere: count == 3)
      case .binary(let packed) where count <= 3, .string(let packed) where count <= 3:
        let compression = try option(&second, bytes, isThere: count == 3)
        try unpack(bytes.extracting(packed), compression, tag, limits, grow)
      default:
        guard count >= 3 else { throw .unexpected }
        let time = try ForwardTime.read(&reader, bytes)
        var tape = JSONTape()
        try ForwardRecord.read(&reader, bytes, tag: tag, time: time, tape: &tape, into: &lines)
        try option(&reader, bytes, isThere: count == 4)
      }
    } catch {
      throw .format(error)
    }
    if let compressionProblem { throw compressionProblem }
  }

  /// Set aside, because the two kinds of problem are thrown apart.
  private var compressionProblem: Problem?

  private mutating func unpack(
    _ packed: Span<UInt8>, _ compression: String?, _ tag: [UInt8], _ limits: ListenLimits,
    _ grow: (Int) throws(InFlightBytes.Refusal) -> Void
  ) throws(MessagePackReader.Problem) {
    guard let compression, compression != "text" else { return try Self.entries(packed, tag, &lines) }
    guard compression == "gzip" else {
      compressionProblem = .unknownCompression
      return
    }
    let input = packed.withUnsafeBufferPointer { Array($0) }
    let output: [UInt8]
    do throws(Inflate.Problem) {
      output = try Inflate.gunzip(input, bytesMax: limits.inflatedBytesMax, grow: grow)
    } catch {
      compressionProblem = .compression(error)
      return
    }
    try Self.entries(output.span, tag, &lines)
  }

  private static func entries(
    _ bytes: Span<UInt8>, _ tag: [UInt8], _ lines: inout LineBatch
  ) throws(MessagePackReader.Problem) {
    var reader = MessagePackReader()
    while reader.at < bytes.count { try entry(&reader, bytes, tag, &lines) }
  }

  /// `[time, record]`
  private static func entry(
    _ reader: inout MessagePackReader, _ bytes: Span<UInt8>, _ tag: [UInt8], _ lines: inout LineBatch
  ) throws(MessagePackReader.Problem) {
    guard case .array(2) = try reader.next(bytes) else { throw .unexpected }
    let time = try ForwardTime.read(&reader, bytes)
    var tape = JSONTape()
    try ForwardRecord.read(&reader, bytes, tag: tag, time: time, tape: &tape, into: &lines)
  }

  /// - Returns: the compression.
  @discardableResult
  private mutating func option(
    _ reader: inout MessagePackReader, _ bytes: Span<UInt8>, isThere: Bool
  ) throws(MessagePackReader.Problem) -> String? {
    guard isThere else { return nil }
    let count: Int
    switch try reader.next(bytes) {
    case .map(let pairs): count = pairs
    case .nil: return nil
    default: throw .unexpected
    }
    var compression: String?
    for _ in 0..<count {
      guard case .string(let name) = try reader.next(bytes) else { throw .unexpected }
      let key = bytes.extracting(name)
      var value = reader
      try reader.skip(bytes)
      let token = try value.next(bytes)
      if key.count == 5, key.hasPrefix(Array("chunk".utf8), at: 0) {
        switch token {
        case .string(let range), .binary(let range):
          guard range.count <= 256 else { throw .unexpected }
          chunk = bytes.extracting(range).withUnsafeBufferPointer { Array($0) }
        default: break
        }
      } else if key.count == 10, key.hasPrefix(Array("compressed".utf8), at: 0), case .string(let range) = token {
        compression = bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      }
    }
    return compression
  }
}
