/// What one pass over a text knows so far. It makes the pass linear: nothing behind `floor` is looked at again, and
/// a search that failed is remembered.
struct TextPass {
  /// The text, in the bytes being scanned.
  let range: Range<Int>
  let depth: Int
  /// Whether personal data goes too.
  let personal: Bool
  /// One past the last byte that a region or a consumed token took.
  var floor: Int
  /// Sixteen digits of base64 may follow each other somewhere.
  var mayHoldRun = true
  var sawPercent = false
  var sawBackslash = false
  var sawEntity = false
  /// No closing quote of this kind, behind so many backslashes, before that offset.
  var noQuote: (byte: UInt8, escapes: Int, until: Int) = (0, 0, 0)
  /// An unquoted run that was measured, and the quote around its name.
  var run: (start: Int, end: Int, quote: UInt8) = (0, 0, 0)
  /// No `@` behind `thin:` before that offset.
  var noThinAt = 0
  /// No password of a `.pgpass` before that offset.
  var noPasswordFile = 0
  /// No `@` before that offset.
  var noAt = 0
  /// No `:` of a user name between the last blank and that offset.
  var noColon = 0
  /// The command whose options are being read, and where it was named.
  var tool: CommandTool?
  var toolPlace = 0
  /// A name whose value may follow as `value: …`, and where it ended.
  var named = KeyVerdict.none
  var namedEnd = -1
  /// Table heads before that offset were looked at.
  var tableDone = 0
  /// Between `kind: Secret` and the end of that document.
  var inKubernetesSecret = false
  /// Digits before that offset were looked at.
  var digitsDone = 0
  /// A dotted or base64 run before that offset was looked at.
  var runDone = 0

  init(range: Range<Int>, depth: Int, personal: Bool) {
    self.range = range
    self.depth = depth
    self.personal = personal
    floor = range.lowerBound
  }
}
