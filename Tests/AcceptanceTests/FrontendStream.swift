/// What a client of PostgreSQL sends, message by message, as far as it takes to see the query `COMMIT` (protocol 3.0: a
/// start-up message without a type, then one byte of type and four of length; chapter 55.7 of the manual).
struct FrontendStream {
  private var hasStarted = false
  /// The beginning of a message, as long as it is not clear how long the message is, or a short query in whole.
  private var held: [UInt8] = []
  /// Bytes of the present message that are of no interest.
  private var skip = 0

  private static let commit = Array("COMMIT\0".utf8)

  /// Looks at the next bytes.
  /// - Returns: where in them the message `COMMIT` ends; nil without one.
  mutating func take(_ bytes: ArraySlice<UInt8>) -> Int? {
    var at = bytes.startIndex
    while at < bytes.endIndex {
      if skip > 0 {
        let step = min(skip, bytes.endIndex - at)
        skip -= step
        at += step
        continue
      }
      held.append(bytes[at])
      at += 1
      let typeBytes = hasStarted ? 1 : 0
      guard held.count >= typeBytes + 4 else { continue }
      let length = held[typeBytes..<typeBytes + 4].reduce(0) { $0 << 8 | Int($1) } + typeBytes
      let isShortQuery = hasStarted && held[0] == UInt8(ascii: "Q") && length == 5 + Self.commit.count
      if isShortQuery, held.count < length { continue }
      let isCommit = isShortQuery && held[5...].elementsEqual(Self.commit)
      skip = length - held.count
      held.removeAll(keepingCapacity: true)
      hasStarted = true
      if isCommit { return at }
    }
    return nil
  }
}
