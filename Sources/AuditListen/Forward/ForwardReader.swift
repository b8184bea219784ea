package import AuditModel

/// Fluent Forward as it stands in a file or a pipe: messages one after another, without a handshake and without anybody who wants an
/// acknowledgement. A value without I/O.
package struct ForwardReader: Sendable {
  /// What stands there is no message of the protocol: in words, with where the message begins that cannot be read.
  package struct Problem: Error, Sendable, CustomStringConvertible {
    package let words: String
    package let offset: Int64
    package var description: String { "byte \(offset): \(words)" }
  }

  private let limits: ListenLimits
  private var buffer: [UInt8] = []
  private var boundary = MessagePackBoundary()
  private var offset: Int64 = 0

  package init(limits: ListenLimits) { self.limits = limits }

  /// Whether a message has begun and not ended.
  package var isInMessage: Bool { !buffer.isEmpty }

  /// - Throws: behind the last message that could be read; its lines are in the batch.
  package mutating func feed(_ bytes: [UInt8], into batch: inout LineBatch) throws(Problem) {
    buffer.append(contentsOf: bytes)
    let whole = buffer
    var start = 0
    defer {
      buffer.removeFirst(start)
      offset += Int64(start)
    }
    do {
      while let end = try boundary.end(whole.span, bytesMax: limits.requestBytesMax) {
        let message = try ForwardMessage(whole.span, start..<end, limits: limits) { _ throws(InFlightBytes.Refusal) in }
        batch.append(message.lines)
        start = end
        boundary = MessagePackBoundary(at: start)
      }
    } catch let problem as ForwardMessage.Problem {
      throw Problem(words: problem.words, offset: offset + Int64(start))
    } catch let problem as MessagePackReader.Problem {
      throw Problem(words: problem.words, offset: offset + Int64(start))
    } catch {
      throw Problem(words: "\(error)", offset: offset + Int64(start))
    }
    // What is left moves to the front.
    if start > 0 { boundary = MessagePackBoundary() }
  }

  /// Whether bytes look like the beginning of such a stream: a list of two to four things, of which the first one is a text.
  package static func looksLikeOne(_ bytes: [UInt8]) -> Bool {
    let head: Int
    switch bytes.first {
    case 0x92, 0x93, 0x94: head = 1
    case 0xDC where bytes.count > 3 && bytes[1] == 0 && (2...4).contains(bytes[2]): head = 3
    case 0xDD where bytes.count > 5 && bytes[1...3].allSatisfy { $0 == 0 } && (2...4).contains(bytes[4]): head = 5
    default: return false
    }
    return bytes.count > head && ((0xA0...0xBF).contains(bytes[head]) || (0xD9...0xDB).contains(bytes[head]))
  }
}

extension LineBatch {
  /// Appends the lines of another one.
  package mutating func append(_ other: LineBatch) {
    let bytes = other.bytes.span
    for line in other.lines { append(bytes.extracting(line.range), time: line.time, isCut: line.isCut) }
  }
}
