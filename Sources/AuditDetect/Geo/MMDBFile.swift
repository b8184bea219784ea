/// A MaxMind DB file, read as its published format describes (MaxMind DB File Format Specification 2.0): a binary search tree over the
/// bits of an address, then data, then metadata. Our own reader, because it is short, brings no system library, and a file of unknown
/// origin can only make it answer nothing: every access is checked, pointers and depth are bounded.
struct MMDBFile: Sendable {
  /// Larger files are refused; the largest city database has about 130 MB.
  static let bytesMax = 512 << 20
  private static let marker: [UInt8] = [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
  /// The metadata stand in the last 128 KiB.
  private static let metadataBytesMax = 128 << 10
  /// Maps within maps within pointers.
  private static let depthMax = 16
  private static let membersMax = 512

  private let bytes: [UInt8]
  private let nodes: Int
  private let recordBits: Int
  private let dataStart: Int
  private let dataEnd: Int
  private let version: Int
  /// Where the addresses of IPv4 begin in a tree of IPv6.
  private var start4 = 0
  let type: String
  /// Seconds since 1970 at which it was made.
  let built: UInt64

  enum Failure: Error, Hashable, CustomStringConvertible {
    case tooLarge, noMetadata, unsupported(String), truncated

    var description: String {
      switch self {
      case .tooLarge: "it has more than \(MMDBFile.bytesMax >> 20) MiB"
      case .noMetadata: "it is no MaxMind DB file"
      case .unsupported(let what): "it has \(what), which this version does not read"
      case .truncated: "it is shorter than its own metadata say"
      }
    }
  }

  init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.count <= Self.bytesMax else { throw .tooLarge }
    guard let metadata = Self.findMetadata(bytes) else { throw .noMetadata }
    self.bytes = bytes
    let reader = MMDBValue.Section(start: metadata, end: bytes.count)
    guard let root = MMDBValue(bytes, at: metadata, in: reader) else { throw .noMetadata }
    let major = root["binary_format_major_version", bytes]?.unsigned(bytes) ?? 0
    guard major == 2 else { throw .unsupported("format version \(major)") }
    nodes = Int(clamping: root["node_count", bytes]?.unsigned(bytes) ?? 0)
    recordBits = Int(clamping: root["record_size", bytes]?.unsigned(bytes) ?? 0)
    version = Int(clamping: root["ip_version", bytes]?.unsigned(bytes) ?? 0)
    guard [24, 28, 32].contains(recordBits) else { throw .unsupported("records of \(recordBits) bits") }
    guard version == 4 || version == 6 else { throw .unsupported("addresses of IPv\(version)") }
    guard nodes > 0, nodes < 1 << 31 else { throw .truncated }
    type = root["database_type", bytes]?.text(bytes) ?? "?"
    built = root["build_epoch", bytes]?.unsigned(bytes) ?? 0
    dataStart = nodes * recordBits / 4 + 16
    dataEnd = metadata - Self.marker.count
    guard dataStart < dataEnd else { throw .truncated }
    if version == 6 {
      var node = 0
      for _ in 0..<96 where node < nodes { node = record(node, 0) }
      start4 = node
    }
  }

  private static func findMetadata(_ bytes: [UInt8]) -> Int? {
    let lowest = max(0, bytes.count - metadataBytesMax)
    var at = bytes.count - marker.count
    while at >= lowest {
      if bytes[at] == marker[0], bytes[at..<(at + marker.count)].elementsEqual(marker) { return at + marker.count }
      at -= 1
    }
    return nil
  }

  /// One of the two records of a node: a node, `nodes` for nothing, or a place in the data.
  private func record(_ node: Int, _ bit: Int) -> Int {
    let at = node * recordBits / 4
    switch recordBits {
    case 24:
      let from = at + bit * 3
      return Int(bytes[from]) << 16 | Int(bytes[from + 1]) << 8 | Int(bytes[from + 2])
    case 28:
      let high = bit == 0 ? Int(bytes[at + 3] >> 4) : Int(bytes[at + 3] & 0x0F)
      let from = at + bit * 4
      return high << 24 | Int(bytes[from]) << 16 | Int(bytes[from + 1]) << 8 | Int(bytes[from + 2])
    default:
      let from = at + bit * 4
      return Int(bytes[from]) << 24 | Int(bytes[from + 1]) << 16 | Int(bytes[from + 2]) << 8 | Int(bytes[from + 3])
    }
  }

  /// What the file says of an address; nil where it says nothing.
  func value(of address: NetworkAddress) -> MMDBValue? {
    var node = 0
    var bits = address.bits
    var count = 128
    if let four = address.version4 {
      bits = UInt128(four) << 96
      count = 32
      node = version == 6 ? start4 : 0
    } else if version == 4 {
      return nil
    }
    for _ in 0..<count where node < nodes {
      node = record(node, Int(bits >> 127))
      bits <<= 1
    }
    guard node > nodes else { return nil }
    let at = node - nodes - 16 + dataStart
    guard at >= dataStart, at < dataEnd else { return nil }
    return MMDBValue(bytes, at: at, in: .init(start: dataStart, end: dataEnd))
  }

  /// What stands in `value` at a path of keys.
  func find(_ path: [String], in value: MMDBValue) -> MMDBValue? {
    var value = value
    for key in path {
      guard let next = value[key, bytes] else { return nil }
      value = next
    }
    return value
  }

  func text(_ value: MMDBValue?) -> String? { value?.text(bytes) }
  func number(_ value: MMDBValue?) -> Double? { value?.number(bytes) }

  fileprivate static var depthLimit: Int { depthMax }
  fileprivate static var membersLimit: Int { membersMax }
}

/// A value in the data of a MaxMind DB file: its kind, and where its content stands.
struct MMDBValue: Sendable {
  struct Section: Sendable {
    var start: Int
    var end: Int
  }

  private let kind: Int
  private let size: Int
  private let content: Int
  private let section: Section

  /// Reads a control byte, and follows a pointer; nil where the bytes are no value.
  init?(_ bytes: [UInt8], at start: Int, in section: Section) {
    var at = start
    var hops = 0
    while true {
      guard at >= section.start, at < section.end else { return nil }
      let control = Int(bytes[at])
      var kind = control >> 5
      if kind == 1 {
        // A pointer never points to a pointer.
        let length = (control >> 3 & 3) + 1
        guard hops == 0, at + length < section.end else { return nil }
        var value = length == 4 ? 0 : control & 7
        for index in 1...length { value = value << 8 | Int(bytes[at + index]) }
        at = section.start + value + [0, 2048, 526_336, 0][length - 1]
        hops += 1
        continue
      }
      at += 1
      if kind == 0 {
        guard at < section.end else { return nil }
        kind = Int(bytes[at]) + 7
        at += 1
      }
      var size = control & 0x1F
      if size >= 29 {
        let length = size - 28
        guard at + length <= section.end else { return nil }
        var value = 0
        for index in 0..<length { value = value << 8 | Int(bytes[at + index]) }
        size = value + [29, 285, 65_821][length - 1]
        at += length
      }
      self.kind = kind
      self.size = size
      self.section = section
      content = at
      // What is no container lies where it says.
      if kind != 7, kind != 11, kind != 14 { guard at + size <= section.end else { return nil } }
      return
    }
  }

  /// The value of a key, where this is a map.
  subscript(_ key: String, _ bytes: [UInt8]) -> MMDBValue? {
    guard kind == 7 else { return nil }
    var at = content
    for _ in 0..<min(size, MMDBFile.membersLimit) {
      guard let name = MMDBValue(bytes, at: at, in: section), let value = Self.end(bytes, at: at, section, 0) else {
        return nil
      }
      if name.text(bytes) == key { return MMDBValue(bytes, at: value, in: section) }
      guard let next = Self.end(bytes, at: value, section, 0) else { return nil }
      at = next
    }
    return nil
  }

  /// Where the value that begins at `start` ends: behind its own bytes, or behind the pointer that stands for it.
  private static func end(_ bytes: [UInt8], at start: Int, _ section: Section, _ depth: Int) -> Int? {
    guard depth < MMDBFile.depthLimit, start >= section.start, start < section.end else { return nil }
    let control = Int(bytes[start])
    if control >> 5 == 1 { return start + (control >> 3 & 3) + 2 }
    guard let value = MMDBValue(bytes, at: start, in: section) else { return nil }
    switch value.kind {
    case 7, 11:
      var at = value.content
      guard value.size <= MMDBFile.membersLimit else { return nil }
      for _ in 0..<(value.kind == 7 ? 2 * value.size : value.size) {
        guard let next = end(bytes, at: at, section, depth + 1) else { return nil }
        at = next
      }
      return at
    case 14: return value.content
    default: return value.content + value.size
    }
  }

  func text(_ bytes: [UInt8]) -> String? {
    kind == 2 ? String(decoding: bytes[content..<(content + size)], as: UTF8.self) : nil
  }

  func unsigned(_ bytes: [UInt8]) -> UInt64? {
    guard kind == 5 || kind == 6 || kind == 9, size <= 8 else { return nil }
    return bytes[content..<(content + size)].reduce(0) { $0 << 8 | UInt64($1) }
  }

  func number(_ bytes: [UInt8]) -> Double? {
    if let whole = unsigned(bytes) { return Double(whole) }
    let raw = bytes[content..<(content + min(size, 8))]
    switch (kind, size) {
    case (3, 8): return Double(bitPattern: raw.reduce(0) { $0 << 8 | UInt64($1) })
    case (15, 4): return Double(Float(bitPattern: raw.reduce(0) { $0 << 8 | UInt32($1) }))
    case (8, 0...4): return Double(Int32(truncatingIfNeeded: raw.reduce(0) { $0 << 8 | UInt32($1) }))
    default: return nil
    }
  }
}
