@testable import Pattern

/// What a pattern matches in a text.
func matches(_ pattern: String, _ text: String, capture: Pattern.Capture = .automatic) throws -> [String] {
  let bytes = Array(text.utf8)
  return try found(try Pattern(pattern, capture: capture), bytes).map {
    String(decoding: bytes[$0.range], as: UTF8.self)
  }
}

func found(_ pattern: Pattern, _ bytes: [UInt8]) throws -> [PatternMatch] {
  var matcher = PatternMatcher(pattern)
  return found(&matcher, bytes)
}

func found(_ matcher: inout PatternMatcher, _ bytes: [UInt8]) -> [PatternMatch] {
  matcher.start(bytes.span, part: 0..<bytes.count, of: 0..<bytes.count)
  var matches: [PatternMatch] = []
  while let match = matcher.next(bytes.span) { matches.append(match) }
  return matches
}
