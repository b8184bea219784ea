/// MessagePack, as much of it as Fluent Forward needs: a reader of tokens over bytes that may be hostile, and a few things to write.
/// Format: github.com/msgpack/msgpack/blob/master/spec.md
struct MessagePackReader {
  enum Token: Equatable {
    case `nil`
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    /// Where the bytes lie.
    case string(Range<Int>)
    case binary(Range<Int>)
    case array(Int)
    /// Pairs of a key and a value.
    case map(Int)
    case ext(type: Int8, Range<Int>)

    /// Tokens that belong to this one and follow it.
    var children: Int {
      switch self {
      case .array(let count): count
      case .map(let count): count * 2
      case .nil, .bool, .int, .uint, .double, .string, .binary, .ext: 0
      }
    }
  }

  enum Problem: Error, Equatable {
    /// The bytes end inside a token; more of them may help. `needed` is how many there have to be at least.
    case truncated(needed: Int)
    /// 0xC1, which the format never uses.
    case malformed
    /// Something else than this protocol has here.
    case unexpected
    case tooDeep
    case tooLarge

    var words: String {
      switch self {
      case .truncated: "the message ends in the middle of a value"
      case .malformed: "there is a byte that no MessagePack has"
      case .unexpected: "it is MessagePack, and no message of the Forward protocol"
      case .tooDeep: "containers are nested too deeply"
      case .tooLarge: "the message is larger than limits.request_bytes"
      }
    }
  }

  /// Containers within containers.
  static let depthMax = 32

  private(set) var at: Int

  init(at: Int = 0) { self.at = at }

  mutating func next(_ bytes: Span<UInt8>) throws(Problem) -> Token {
    let start = at
    do throws(Problem) {
      return try token(bytes)
    } catch {
      at = start
      throw error
    }
  }

  private mutating func token(_ bytes: Span<UInt8>) throws(Problem) -> Token {
    let first = UInt8(try unsigned(bytes, 1))
    switch first {
    case 0x00...0x7F: return .uint(UInt64(first))
    case 0x80...0x8F: return .map(Int(first & 0x0F))
    case 0x90...0x9F: return .array(Int(first & 0x0F))
    case 0xA0...0xBF: return .string(try range(bytes, Int(first & 0x1F)))
    case 0xC0: return .nil
    case 0xC2, 0xC3: return .bool(first == 0xC3)
    case 0xC4, 0xC5, 0xC6: return .binary(try range(bytes, Int(try unsigned(bytes, 1 << Int(first - 0xC4)))))
    case 0xC7, 0xC8, 0xC9: return try ext(bytes, Int(try unsigned(bytes, 1 << Int(first - 0xC7))))
    case 0xCA: return .double(Double(Float(bitPattern: UInt32(try unsigned(bytes, 4)))))
    case 0xCB: return .double(Double(bitPattern: try unsigned(bytes, 8)))
    case 0xCC, 0xCD, 0xCE, 0xCF: return .uint(try unsigned(bytes, 1 << Int(first - 0xCC)))
    case 0xD0: return .int(Int64(Int8(truncatingIfNeeded: try unsigned(bytes, 1))))
    case 0xD1: return .int(Int64(Int16(truncatingIfNeeded: try unsigned(bytes, 2))))
    case 0xD2: return .int(Int64(Int32(truncatingIfNeeded: try unsigned(bytes, 4))))
    case 0xD3: return .int(Int64(bitPattern: try unsigned(bytes, 8)))
    case 0xD4...0xD8: return try ext(bytes, 1 << Int(first - 0xD4))
    case 0xD9, 0xDA, 0xDB: return .string(try range(bytes, Int(try unsigned(bytes, 1 << Int(first - 0xD9)))))
    case 0xDC, 0xDD: return .array(Int(try unsigned(bytes, first == 0xDC ? 2 : 4)))
    case 0xDE, 0xDF: return .map(Int(try unsigned(bytes, first == 0xDE ? 2 : 4)))
    case 0xE0...0xFF: return .int(Int64(Int8(bitPattern: first)))
    default: throw .malformed
    }
  }

  private mutating func ext(_ bytes: Span<UInt8>, _ count: Int) throws(Problem) -> Token {
    let type = Int8(truncatingIfNeeded: try unsigned(bytes, 1))
    return .ext(type: type, try range(bytes, count))
  }

  /// A big-endian number of 1 to 8 bytes.
  private mutating func unsigned(_ bytes: Span<UInt8>, _ count: Int) throws(Problem) -> UInt64 {
    guard at + count <= bytes.count else { throw .truncated(needed: at + count) }
    var value: UInt64 = 0
    for index in at..<at + count { value = value << 8 | UInt64(bytes[index]) }
    at += count
    return value
  }

  private mutating func range(_ bytes: Span<UInt8>, _ count: Int) throws(Problem) -> Range<Int> {
    guard at + count <= bytes.count else { throw .truncated(needed: at + count) }
    defer { at += count }
    return at..<at + count
  }

  /// Passes over a whole value.
  mutating func skip(_ bytes: Span<UInt8>) throws(Problem) {
    var boundary = MessagePackBoundary(at: at)
    guard let end = try boundary.end(bytes, bytesMax: .max) else { throw .truncated(needed: bytes.count + 1) }
    at = end
  }
}

/// Finds where a value ends in bytes that are still coming; it goes on where it stopped, so that small pieces cost no more than large ones.
struct MessagePackBoundary {
  private var reader: MessagePackReader
  private let start: Int
  /// How many tokens each open container still lacks.
  private var missing: [Int] = []

  init(at start: Int = 0) {
    self.start = start
    reader = MessagePackReader(at: start)
  }

  /// - Returns: the offset behind the value; nil while it is not all there.
  mutating func end(_ bytes: Span<UInt8>, bytesMax: Int) throws(MessagePackReader.Problem) -> Int? {
    while true {
      let token: MessagePackReader.Token
      do throws(MessagePackReader.Problem) {
        token = try reader.next(bytes)
      } catch {
        guard case .truncated(let needed) = error else { throw error }
        if needed - start > bytesMax { throw .tooLarge }
        return nil
      }
      if reader.at - start > bytesMax { throw .tooLarge }
      if token.children > 0 {
        if missing.count == MessagePackReader.depthMax { throw .tooDeep }
        missing.append(token.children)
        continue
      }
      while let last = missing.indices.last {
        missing[last] -= 1
        if missing[last] > 0 { break }
        missing.removeLast()
      }
      if missing.isEmpty { return reader.at }
    }
  }
}

/// Writes what Fluent Forward answers.
enum MessagePackWriter {
  static func array(_ count: Int) -> [UInt8] { [0x90 | UInt8(count)] }
  static func map(_ count: Int) -> [UInt8] { [0x80 | UInt8(count)] }
  static func bool(_ value: Bool) -> [UInt8] { [value ? 0xC3 : 0xC2] }

  static func string(_ bytes: [UInt8]) -> [UInt8] {
    switch bytes.count {
    case 0...31: [0xA0 | UInt8(bytes.count)] + bytes
    case 32...255: [0xD9, UInt8(bytes.count)] + bytes
    default: [0xDA, UInt8(bytes.count >> 8 & 0xFF), UInt8(bytes.count & 0xFF)] + bytes
    }
  }

  static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  /// At most 255 bytes.
  static func binary(_ bytes: [UInt8]) -> [UInt8] { [0xC4, UInt8(bytes.count)] + bytes }
}
