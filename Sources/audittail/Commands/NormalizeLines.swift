import AuditModel

/// What the framing said of a rejected line.
struct RejectedDetail {
  let time: RecordTime?
  let isCut: Bool
}

/// The numbers of lines, from 1, by their offsets: of the chunk that is being read, and of those that are still open.
struct LineNumbers {
  private var chunkOffset: Int64 = 0
  private var chunkNumber = 1
  private var kept: [Int64: Int] = [:]
  /// Where counting stopped, so that lines in their order are counted once.
  private var cursor = (offset: Int64(0), number: 1)

  mutating func begin(_ offset: Int64) {
    chunkOffset = offset
    cursor = (offset, chunkNumber)
  }

  mutating func number(of offset: Int64, in chunk: [UInt8]) -> Int {
    guard offset >= chunkOffset else { return kept[offset] ?? 0 }
    if offset < cursor.offset { cursor = (chunkOffset, chunkNumber) }
    var number = cursor.number
    for index in Int(cursor.offset - chunkOffset)..<Int(offset - chunkOffset) where chunk[index] == 10 { number += 1 }
    cursor = (offset, number)
    return number
  }

  /// The chunk is done up to `used`; the lines at `offsets` are asked for later.
  mutating func end(_ chunk: [UInt8], _ used: Int, keeping offsets: [Int64]) {
    var keeping: [Int64: Int] = [:]
    for offset in offsets.sorted() { keeping[offset] = number(of: offset, in: chunk) }
    chunkNumber = number(of: chunkOffset + Int64(used), in: chunk)
    kept = keeping
  }
}
