import AuditModel
import JSON

/// A record of Fluent Forward → an audit line.
///
/// A record is a map. Where its `log` or `message` is a JSON object, as when Fluent Bit tails a file, that object is the line, and the rest
/// goes along: `kubernetes` under its own name, everything else under `fluent`, with the tag. Otherwise the map itself is the line.
struct ForwardRecord {
  /// Reads the next value, which has to be a map, and appends its line.
  static func read(
    _ reader: inout MessagePackReader, _ bytes: Span<UInt8>, tag: [UInt8], time: RecordTime?, tape: inout JSONTape,
    into lines: inout LineBatch
  ) throws(MessagePackReader.Problem) {
    var members = reader
    guard case .map(let count) = try members.next(bytes) else { throw .unexpected }
    if let (text, index) = try line(members, count, bytes, &tape) {
      var object = JSONObjectText(continuing: text[tape.tokens[0].outerRange], isEmpty: tape.tokens.count == 1)
      try addRest(&members, count, bytes, without: index, tag, isFree: { !has($0, tape, text) }, to: &object)
      lines.append(object.finished(), time: time)
      reader = members
    } else {
      var out: [UInt8] = []
      try MessagePackJSON.write(&reader, bytes, into: &out)
      lines.append(out, time: time)
    }
  }

  /// The text of the member that holds a JSON object, and which one it is. `tape` is of that text then.
  private static func line(
    _ members: MessagePackReader, _ count: Int, _ bytes: Span<UInt8>, _ tape: inout JSONTape
  ) throws(MessagePackReader.Problem) -> (text: [UInt8], index: Int)? {
    var members = members
    for index in 0..<count {
      let key = try members.next(bytes)
      guard key.children == 0 else { throw .unexpected }
      let value = members
      try members.skip(bytes)
      guard case .string(let name) = key, isLineKey(bytes.extracting(name)) else { continue }
      var reader = value
      guard case .string(let range) = try reader.next(bytes) else { continue }
      let text = bytes.extracting(range).withUnsafeBufferPointer { Array($0) }
      guard text.first(where: { $0 != 0x20 }) == UInt8(ascii: "{"), (try? tape.scan(text.span)) != nil else { continue }
      return (text, index)
    }
    return nil
  }

  private static func isLineKey(_ name: Span<UInt8>) -> Bool {
    (name.count == 3 && name.hasPrefix(Array("log".utf8), at: 0))
      || (name.count == 7 && name.hasPrefix(Array("message".utf8), at: 0))
  }

  private static func has(_ name: StaticString, _ tape: JSONTape, _ text: [UInt8]) -> Bool {
    tape.member(of: 0, named: name, in: text.span) != nil
  }

  private static func addRest(
    _ members: inout MessagePackReader, _ count: Int, _ bytes: Span<UInt8>, without line: Int, _ tag: [UInt8],
    isFree: (StaticString) -> Bool, to object: inout JSONObjectText
  ) throws(MessagePackReader.Problem) {
    var rest = JSONObjectText()
    var tagText: [UInt8] = []
    MessagePackJSON.writeText(tag.span, into: &tagText)
    rest.raw("tag", tagText)
    for index in 0..<count {
      let key = try members.next(bytes)
      if index == line {
        try members.skip(bytes)
        continue
      }
      var value: [UInt8] = []
      try MessagePackJSON.write(&members, bytes, into: &value)
      let name = self.name(key, bytes)
      if name == "kubernetes", isFree("kubernetes") {
        object.raw(name, value)
      } else {
        rest.raw(name, value)
      }
    }
    if isFree("fluent") { object.raw("fluent", rest.finished()) }
  }

  private static func name(_ key: MessagePackReader.Token, _ bytes: Span<UInt8>) -> String {
    switch key {
    case .string(let range), .binary(let range):
      bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    case .int(let number): "\(number)"
    case .uint(let number): "\(number)"
    case .bool(let truth): "\(truth)"
    case .double(let number): "\(number)"
    case .nil, .array, .map, .ext: "null"
    }
  }
}
