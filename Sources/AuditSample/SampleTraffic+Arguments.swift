import AuditModel

extension SampleTraffic {
  /// Writes the arguments, 110 to 330 bytes and two or three levels deep, a secret or poison among them where wanted.
  mutating func writeArguments(_ call: SampleCall, _ kind: SampleLine.Kind, to out: inout [UInt8]) {
    out.put(#"{"requestId":""#)
    writeID(to: &out)
    out.put(#"","#)
    if call.secret == .first {
      writeSecretMember(isCut: kind == .cut, to: &out)
      out.put(",")
    }
    switch SampleTool.all[call.tool].family {
    case .database: writeQuery(to: &out)
    case .file: writeFile(to: &out)
    case .repository: writeRepository(to: &out)
    case .message: writeMessage(to: &out)
    case .account: writeAccount(to: &out)
    }
    // Where the line is going to be cut, a character that is cut in half would make it "not UTF-8" instead.
    if kind != .cut, random.chance(options.unusualTextShare) {
      out.put(#","title":""#)
      out.put(one(of: SampleWords.unusual))
      out.put(#"""#)
    }
    if kind == .poison { writePoison(to: &out) }
    if call.secret == .last {
      out.put(",")
      writeSecretMember(isCut: kind == .cut, to: &out)
    }
    out.put("}")
  }

  private mutating func writeQuery(to out: inout [UInt8]) {
    out.put(#""statement":"SELECT id, state, amount FROM "#)
    putNoun(to: &out)
    out.put(" WHERE ")
    putNoun(to: &out)
    out.put("_no = ")
    out.put(random.next(below: 1_000_000))
    out.put(" AND state <> '")
    putNoun(to: &out)
    out.put(#"' ORDER BY id","limits":{"rows":"#)
    out.put(10 * (1 + random.next(below: 50)))
    out.put(#","output":{"kind":"rows","header":"#)
    putBool(to: &out)
    out.put(#"}},"database":""#)
    putNoun(to: &out)
    out.put(#"""#)
  }

  private mutating func writeFile(to out: inout [UInt8]) {
    out.put(#""path":""#)
    out.put(one(of: SampleWords.folders))
    putNoun(to: &out)
    out.put("-")
    out.put(random.next(below: 10_000))
    out.put(one(of: SampleWords.endings))
    out.put(#"","lines":{"from":"#)
    out.put(random.next(below: 500))
    out.put(#","to":"#)
    out.put(500 + random.next(below: 5000))
    out.put(#"},"attributes":{"labels":[""#)
    putNoun(to: &out)
    out.put(#"",""#)
    putNoun(to: &out)
    out.put(#""],"access":{"mode":"0640","inherited":"#)
    putBool(to: &out)
    out.put(#"}},"reason":""#)
    putSentence(2, 5, to: &out)
    out.put(#"""#)
  }

  private mutating func writeRepository(to out: inout [UInt8]) {
    out.put(#""repository":"forge/"#)
    putNoun(to: &out)
    out.put(#"","revision":""#)
    out.put(hex: random.next(), digits: 12)
    out.put(#"","filter":{"state":"open","labels":[""#)
    putNoun(to: &out)
    out.put(#"",""#)
    putNoun(to: &out)
    out.put(#""],"page":{"number":"#)
    out.put(1 + random.next(below: 30))
    out.put(#","size":50}},"summary":""#)
    putSentence(2, 9, to: &out)
    out.put(#"""#)
  }

  private mutating func writeMessage(to out: inout [UInt8]) {
    out.put(#""channel":""#)
    putNoun(to: &out)
    out.put(#"","message":{"subject":""#)
    putSentence(2, 4, to: &out)
    out.put(#"","body":""#)
    putSentence(4, 12, to: &out)
    out.put(#"","attachments":[{"name":""#)
    putNoun(to: &out)
    out.put(one(of: SampleWords.endings))
    out.put(#"","bytes":"#)
    out.put(random.next(below: 900_000))
    out.put(#"}]},"urgent":"#)
    putBool(to: &out)
  }

  private mutating func writeAccount(to out: inout [UInt8]) {
    out.put(#""account":"acc-"#)
    out.put(random.next(below: 100_000))
    out.put(#"","fields":[""#)
    putNoun(to: &out)
    out.put(#"",""#)
    putNoun(to: &out)
    out.put(#""],"context":{"region":""#)
    putNoun(to: &out)
    out.put(#"","trace":{"sampled":"#)
    putBool(to: &out)
    out.put(#","score":0."#)
    out.put(1 + random.next(below: 9999))
    out.put(#"}},"note":""#)
    putSentence(2, 9, to: &out)
    out.put(#"""#)
  }

  /// What PostgreSQL refuses though it is JSON: 22P05, 22P02 and 22003.
  private mutating func writePoison(to out: inout [UInt8]) {
    switch random.next(below: 3) {
    case 0: out.put(#","blob":"before\u0000after""#)
    case 1: out.put(#","glyph":"half \ud83d pair""#)
    default: out.put(#","scale":1e400000"#)
    }
  }

  mutating func putNoun(to out: inout [UInt8]) { out.put(one(of: SampleWords.nouns)) }

  private mutating func putBool(to out: inout [UInt8]) { out.put(random.next() & 1 == 0 ? "true" : "false") }

  private mutating func putSentence(_ wordsMin: Int, _ wordsMax: Int, to out: inout [UInt8]) {
    putNoun(to: &out)
    for _ in 1..<(wordsMin + random.next(below: wordsMax - wordsMin + 1)) {
      out.put(" ")
      putNoun(to: &out)
    }
  }

  @inline(__always)
  private mutating func one(of words: [StaticString]) -> StaticString { words[random.next(below: words.count)] }
}
