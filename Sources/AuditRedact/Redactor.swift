package import JSON

/// Takes secrets and personal data out of audit lines. One per thread: it owns the scratch it works in.
///
/// Everything comes down to regions: runs of the input that a rule replaces with `[REDACTED:<rule>]`. Whatever was
/// decoded to find one (string escapes, JSON in a string, percent, base64, hex) is carried back to offsets in the
/// input, so that output is input with regions replaced: key order, whitespace and spelling of numbers stay.
///
/// Scanners that change nothing are `mutating` all the same: for a function that borrows, the compiler copies the whole
/// redactor to the stack first, at every call.
///
/// Time is linear in the input whatever it holds: no scanner looks behind the last region, look-ahead is capped or
/// remembered, and what is decoded again is charged to a budget a record. Over the budget a value goes as a whole.
package struct Redactor: ~Copyable {
  /// Kept alive by `ownedRules`: the scanners read it at every turn, and counting references there would be felt.
  unowned(unsafe) let rules: RedactionRules
  private let ownedRules: RedactionRules
  /// The rules' own, which live as long.
  let tables: ScanTables
  /// Whether texts are looked at sixty-four bytes at a time; a test may turn it off.
  var usesWideScan: Bool
  /// Regions found in the record so far, sorted and apart once a value is done.
  var regions: [Region] = []
  /// What fired since `startRecord`.
  package internal(set) var hits: [RedactionHit] = []
  /// Values that went because the record's budget was used up, since the redactor was made.
  package internal(set) var blankedValues = 0

  var budget = 0
  /// Whether what comes out of a pass has to be looked at once more: something was replaced whose neighbours may read
  /// differently now. Left false where whole values went, each under its key in an object, perhaps in JSON in a string,
  /// and nothing that reads a value's neighbours ran: then the next pass would see the same keys, the same other
  /// values, and markers.
  var needsAnotherLook = false
  /// Looks at whatever was hit again, as a test's measure of what the flag before leaves out.
  var alwaysLooksAgain = false
  /// The text that was scanned last was JSON, and nothing but its tokens was looked at.
  var wasJSON = false
  /// Where JSON pointers begin: a value, and the key it stands under or -1.
  var rootValue = 0
  var rootKey = -1
  /// How far the pointers of the present value went, and may go.
  var trail: [PointerStep] = []
  var pointerSteps = 0
  var scratch: [Scratch?]
  var keyCache: KeyCache
  var longKeys = LongKeyCache()
  /// Short values that were looked at and are clean: logs repeat them as they repeat keys.
  var cleanValues: KeyCache
  /// What the operators' rules need.
  var operators = OperatorScan()
  private var lineTape: JSONTape?
  private var settled: [UInt8] = []

  /// How often a value may be decoded into another: JSON in a string, percent, base64, hex.
  static let depthMax = 8
  /// Bytes a record may cost: this many times its own length, and a floor for short ones.
  static let budgetFactor = 24
  static let budgetFloor = 64 * 1024

  /// Nested containers a line may have; deeper ones are blanked as a whole.
  static let lineDepthMax = 512
  /// How often a line with hits is redacted again before it is left as it is.
  static let roundsMax = 4

  /// Whether numbers that PostgreSQL's numeric cannot hold (SQLSTATE 22003) come out as strings.
  package var quotesHugeNumbers = false

  package init(rules: RedactionRules = .standard) {
    self.rules = rules
    ownedRules = rules
    tables = rules.tables
    usesWideScan = rules.tables.wide.isPossible
    scratch = Array(repeating: nil, count: Self.depthMax + 2)
    keyCache = KeyCache(size: 1024)
    cleanValues = KeyCache(size: 512)
    lineTape = JSONTape(depthMax: Self.lineDepthMax, findsDuplicates: false)
  }

  /// Forgets the last record's hits. The redacting functions below that take a line or a text call it themselves.
  package mutating func startRecord() {
    if !hits.isEmpty { hits.removeAll(keepingCapacity: true) }
    budget = Self.budgetFloor
  }

  /// Appends the redacted line: valid JSON for valid JSON, redacted text for anything else. No line feed is added.
  ///
  /// What comes out is redacted again until nothing changes: taking one secret out can show the next to be one (a
  /// number that ended in a token), and so redacting twice changes nothing.
  package mutating func redactLine(_ line: Span<UInt8>, into out: inout [UInt8]) {
    startRecord()
    budget += line.count * Self.budgetFactor
    redact(line, isText: false, into: &out)
  }

  /// Appends the redacted form of text that is no JSON record: rejected lines, error texts.
  package mutating func redactText(_ text: Span<UInt8>, into out: inout [UInt8]) {
    startRecord()
    budget += text.count * Self.budgetFactor
    redact(text, isText: true, into: &out)
  }

  private mutating func redact(_ line: Span<UInt8>, isText: Bool, into out: inout [UInt8]) {
    let start = out.count
    var tape = lineTape.take() ?? JSONTape(depthMax: Self.lineDepthMax, findsDuplicates: false)
    pass(line, isText, &tape, into: &out)
    var rounds = 0
    while !regions.isEmpty, needsAnotherLook || alwaysLooksAgain || !tables.isPlain || tables.hasOperatorRules,
      rounds < Self.roundsMax
    {
      rounds += 1
      settled.removeAll(keepingCapacity: true)
      settled.append(contentsOf: out[start...])
      out.removeSubrange(start...)
      let again = settled
      budget += again.count * Self.budgetFactor
      pass(again.span, isText, &tape, into: &out)
    }
    lineTape = consume tape
  }

  private mutating func pass(_ line: Span<UInt8>, _ isText: Bool, _ tape: inout JSONTape, into out: inout [UInt8]) {
    regions.removeAll(keepingCapacity: true)
    needsAnotherLook = isText
    do throws(JSONError) {
      guard !isText else { throw JSONError(reason: .empty, offset: 0) }
      try tape.scan(line)
      (rootValue, rootKey) = (0, -1)
      startPointers(tape.tokens.span)
      if tables.hasOperatorPaths { findOperatorPlaces(tape.tokens.span, line) }
      walkRecord(tape.tokens.span, line)
      appendReplaced(line, 0..<line.count, into: &out)
    } catch {
      if error.reason == .tooDeep || error.reason == .tooManyTokens {
        // Perhaps valid JSON: then what comes out has to be JSON, and nobody has looked inside.
        out.append(UInt8(ascii: "\""))
        out.append(contentsOf: rules.markers[Int(BuiltInRule.depth.rawValue)])
        out.append(UInt8(ascii: "\""))
        hits.append(RedactionHit(rule: RuleID(.depth), path: "", count: 1))
        blankedValues += 1
      } else {
        needsAnotherLook = true
        operators.scope = rules.operators.scopeOfText
        scanText(line, 0..<line.count, depth: 0, personal: true)
        recordHits(from: 0, line)
        appendReplaced(line, 0..<line.count, into: &out)
      }
    }
  }

  /// Appends one value of a scanned document as redacted JSON. `key` is the token of its key, or -1.
  ///
  /// The budget grows by the value's own length, so that a caller may redact a record value by value.
  package mutating func redactValue(
    _ value: Int, key: Int, tape: borrowing JSONTape, line: Span<UInt8>, into out: inout [UInt8]
  ) {
    let range = tape.tokens[value].outerRange
    findRegions(value, key, tape.tokens.span, line)
    appendReplaced(line, range, into: &out)
  }

  /// Appends one value of a scanned document as redacted text: a string decoded and without quotes, a number or
  /// literal as spelled, a container as redacted JSON.
  package mutating func redactToText(
    _ value: Int, key: Int, tape: borrowing JSONTape, line: Span<UInt8>, into out: inout [UInt8]
  ) {
    let token = tape.tokens[value]
    findRegions(value, key, tape.tokens.span, line)
    guard token.kind == .string else {
      if regions.count == 1, regions[0].range == token.outerRange { regions[0].quotes = 0 }
      appendReplaced(line, token.outerRange, into: &out)
      return
    }
    guard token.hasEscapes else {
      appendReplaced(line, token.range, into: &out)
      return
    }
    appendDecoded(token, line, into: &out)
  }

  private mutating func findRegions(_ value: Int, _ key: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>) {
    budget += tape[value].range.count * Self.budgetFactor
    regions.removeAll(keepingCapacity: true)
    (rootValue, rootKey) = (value, key)
    startPointers(tape)
    if tables.hasOperatorPaths { findOperatorPlaces(tape, line) }
    let verdict = key >= 0 ? verdict(ofKey: key, tape, line) : .none
    if verdict.traits.contains(.identity) {
      walk(value, .none, tape, line, depth: 0, personal: false)
    } else {
      walk(value, verdict, tape, line, depth: 0, personal: true)
    }
  }
}

/// What one level of decoding works in.
struct Scratch: Sendable {
  var text: [UInt8] = []
  var map = OffsetMap()
  var tape = JSONTape(depthMax: 512, findsDuplicates: false)
}

extension Redactor {
  /// The rule's name, such as `token.github`.
  package func ruleName(_ rule: RuleID) -> String { rules.name(of: rule) }
}
