import AuditModel
import AuditSample
import JSON
import Testing

/// A written line and what was said of it.
struct Sample {
  let line: SampleLine
  let time: RecordTime
  let bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// 2026-11-22T10:00:00.123456789Z, and then every 345.678901 ms.
  static func time(_ index: Int) -> RecordTime {
    RecordTime(nanoseconds: 1_795_341_600_123_456_789 + Int64(index) * 345_678_901)
  }

  static func lines(_ count: Int, seed: UInt64, _ options: SampleTraffic.Options = .init()) -> [Sample] {
    var traffic = SampleTraffic(seed: seed, options: options)
    return (0..<count).map { index in
      var bytes: [UInt8] = []
      let line = traffic.append(at: time(index), to: &bytes)
      return Sample(line: line, time: time(index), bytes: bytes)
    }
  }

  /// The decoded text of a string token.
  static func text(_ token: Int, _ tape: JSONTape, _ bytes: [UInt8]) -> String {
    var decoded: [UInt8] = []
    tape.decodeString(tape.tokens[token], in: bytes.span, into: &decoded)
    return String(decoding: decoded, as: UTF8.self)
  }

  static func keys(of object: Int, _ tape: JSONTape, _ bytes: [UInt8]) -> [String] {
    var keys: [String] = []
    tape.forEachMember(of: object) { key, _ in keys.append(text(key, tape, bytes)) }
    return keys
  }

  /// The value's token of a member of the line.
  static func member(_ name: StaticString, _ tape: JSONTape, _ bytes: [UInt8]) throws -> Int {
    try #require(tape.member(of: 0, named: name, in: bytes))
  }

  /// The id of a record.
  static func requestID(_ tape: JSONTape, _ bytes: [UInt8]) -> String? {
    let arguments =
      tape.member(of: 0, named: "args", in: bytes.span) ?? tape.member(of: 0, named: "arguments", in: bytes.span)
    return arguments.flatMap { tape.member(of: $0, named: "requestId", in: bytes.span) }.map { text($0, tape, bytes) }
  }
}

extension JSONTape {
  /// With an array, because `#require` takes no span.
  fileprivate func member(of object: Int, named name: StaticString, in bytes: [UInt8]) -> Int? {
    member(of: object, named: name, in: bytes.span)
  }
}
