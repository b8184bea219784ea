/// Reads CRI framing back, as simply as it can be done: the tests' own, so that it shares no mistake with the writer.
enum FramedText {
  /// - Returns: the contents of whole lines, P pieces put together, and how many pieces there were.
  static func join(_ framed: [UInt8]) -> (lines: [[UInt8]], pieces: Int) {
    var lines: [[UInt8]] = []
    var pieces = 0
    var open: [UInt8] = []
    for row in framed.split(separator: UInt8(ascii: "\n")) {
      let parts = row.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
      pieces += 1
      open += parts[3]
      if parts[2].elementsEqual("F".utf8) {
        lines.append(open)
        open = []
      }
    }
    return (lines, pieces)
  }
}
