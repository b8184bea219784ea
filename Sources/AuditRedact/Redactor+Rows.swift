package import JSON

/// What the writers of rows need beside single values.
extension Redactor {
  /// Replacements made since `startRecord`.
  package var hitCount: Int { hits.reduce(0) { $0 + $1.count } }

  /// Appends the member at `key` of a scanned object, key and all, as redacted JSON.
  package mutating func redactMember(
    key: Int, tape: borrowing JSONTape, line: Span<UInt8>, into out: inout [UInt8]
  ) {
    redactValue(key, key: -1, tape: tape, line: line, into: &out)
    out.append(UInt8(ascii: ":"))
    redactValue(key + 1, key: key, tape: tape, line: line, into: &out)
  }

  /// Appends what fired in the last line, one JSON object a line: the line's number, rule, path and count, never a value.
  package func writeExplanation(of line: Int, into out: inout [UInt8]) {
    for hit in hits {
      out.append(contentsOf: #"{"line":\#(line),"#.utf8)
      write(hit, into: &out)
      out.append(contentsOf: "}\n".utf8)
    }
  }

  /// Appends what fired as a JSON array: rule, path and count, never a value.
  package func writeHits(into out: inout [UInt8]) {
    out.append(UInt8(ascii: "["))
    for (index, hit) in hits.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.append(UInt8(ascii: "{"))
      write(hit, into: &out)
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "]"))
  }

  private func write(_ hit: RedactionHit, into out: inout [UInt8]) {
    out.append(contentsOf: #""rule":""#.utf8)
    out.append(contentsOf: rules.name(of: hit.rule).utf8)
    out.append(contentsOf: #"","path":"#.utf8)
    writeString(Array(hit.path.utf8).span, into: &out)
    out.append(contentsOf: #","count":\#(hit.count)"#.utf8)
  }
}
