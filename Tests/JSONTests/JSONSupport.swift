import JSON

/// Scans text with a fresh tape.
func scanned(_ text: String, depthMax: Int = 64, tokensMax: Int = 1 << 20) throws(JSONError) -> JSONTape {
  try scanned(Array(text.utf8), depthMax: depthMax, tokensMax: tokensMax)
}

func scanned(_ bytes: [UInt8], depthMax: Int = 64, tokensMax: Int = 1 << 20) throws(JSONError) -> JSONTape {
  var tape = JSONTape(depthMax: depthMax, tokensMax: tokensMax)
  try tape.scan(bytes.span)
  return tape
}

/// The reason for which bytes are refused, or nil.
func refusal(_ bytes: [UInt8], depthMax: Int = 64, tokensMax: Int = 1 << 20) -> JSONError.Reason? {
  do {
    _ = try scanned(bytes, depthMax: depthMax, tokensMax: tokensMax)
    return nil
  } catch {
    return error.reason
  }
}

func refusal(_ text: String) -> JSONError.Reason? { refusal(Array(text.utf8)) }

/// A small generator (SplitMix64) so that a seed prints and repeats.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
