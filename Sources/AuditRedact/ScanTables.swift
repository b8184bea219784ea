/// What the scanners look up at every byte, in memory of its own: reading it counts no references. `RedactionRules` makes it,
/// and keeps it as long as it lives.
struct ScanTables: Sendable, BitwiseCopyable {
  /// Of all 256 bytes, as the next two.
  private let byteClasses = FixedTable((0...255).map { ByteClass.of($0) })
  private let triggers = FixedTable((0...255).map { TextTrigger.trigger($0) })
  private let interests = FixedTable((0...255).map { ByteInterest.of($0) })
  private let keywords: KeywordFilter
  let wide: WideScan
  /// See `pairs`.
  private let nationalIDPairs: FixedTable<UInt64>
  /// Bit n is set if a national id has n digits in its first run.
  let nationalIDDigits: UInt64
  /// Bit n is set if the first run of some national id has n digits.
  let nationalIDRuns: UInt64
  /// Whether addresses (IPv4, IPv6) are personal data here. Off: detectors and auditors need them.
  let redactsAddresses: Bool
  /// See `PolicyTable.isPlain`.
  let isPlain: Bool
  /// Whether markers may have a pseudonym: only then are such markers known as ours.
  let writesPseudonyms: Bool
  let hasOperatorRules: Bool
  let hasOperatorPaths: Bool
  /// Bytes of the shortest text, and of the shortest key, that are looked at.
  let textBytesMin: Int
  let keyBytesMin: Int

  init(
    keywords: KeywordFilter, wide: WideScan, policy: borrowing PolicyTable, operators: borrowing OperatorRuleTable,
    redactsAddresses: Bool
  ) {
    (self.keywords, self.wide) = (keywords, wide)
    self.redactsAddresses = redactsAddresses
    (isPlain, writesPseudonyms) = (policy.isPlain, policy.writesPseudonyms)
    hasOperatorRules = !operators.rules.isEmpty
    hasOperatorPaths = !operators.scoped.isEmpty
    textBytesMin = min(5, operators.textBytesMin)
    keyBytesMin = min(Redactor.keyBytesMin, operators.textBytesMin)
    var digits: UInt64 = 0
    var runs: UInt64 = 0
    var pairs = [UInt64](repeating: 0, count: 32)
    for form in NationalIDForm.startingWithDigit {
      for count in form.digits { digits |= 1 << UInt64(count) }
      for run in form.firstRun {
        runs |= 1 << UInt64(run)
        if run < 32 { pairs[run] |= 1 << UInt64(form.secondRun) }
      }
    }
    (nationalIDDigits, nationalIDRuns, nationalIDPairs) = (digits, runs, FixedTable(pairs))
  }

  func deallocate() {
    byteClasses.deallocate()
    triggers.deallocate()
    interests.deallocate()
    nationalIDPairs.deallocate()
    keywords.deallocate()
    wide.deallocate()
  }

  /// The class of a byte.
  @inline(__always)
  subscript(_ byte: UInt8) -> ByteClass { byteClasses[unchecked: Int(byte)] }

  @inline(__always)
  func trigger(_ byte: UInt8) -> TextTrigger { triggers[unchecked: Int(byte)] }

  /// Whether a literal of the filter may begin with the low three bytes of a word.
  @inline(__always)
  func mayStartKeyword(_ word: UInt32) -> Bool { keywords.startBit(word | 0x20_2020) != 0 }

  /// See `ByteInterest`: of the byte as it is in the text, and whether a literal may begin with the low three bytes
  /// of the word, case folded.
  @inline(__always)
  func interest(_ folded: UInt32, _ byte: UInt8) -> UInt64 {
    UInt64(keywords.startBit(folded) | interests[unchecked: Int(byte)])
  }

  /// See `KeywordFilter.candidates`.
  @inline(__always)
  func candidates(_ word: UInt32, _ bytes: Span<UInt8>, _ place: Int) -> Range<Int> {
    keywords.candidates(word, bytes, place)
  }

  /// See `KeywordFilter.action`.
  @inline(__always)
  func action(_ index: Int, _ bytes: Span<UInt8>, at place: Int, end: Int) -> (KeywordAction, Int)? {
    keywords.action(index, bytes, at: place, end: end)
  }

  /// For a first run of digits, bit n is set if n digits may follow it behind a separator in some national id; bit 0 if
  /// something else may.
  @inline(__always)
  func pairs(_ run: Int) -> UInt64 { nationalIDPairs[run] }
}
