/// One step of a program. Numbers are places in the program.
enum Instruction: Sendable {
  /// Takes one byte of a set. `leaf` counts these instructions.
  case byte(ByteSet, next: Int, leaf: Int)
  /// Goes on at either; the first is preferred.
  case split(first: Int, second: Int)
  case assert(Assertion, next: Int)
  /// The part that goes begins or ends here.
  case open(next: Int), close(next: Int)
  case match
}
