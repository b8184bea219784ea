/// The name of `candidates` that `unknown` was most likely meant to be, or nil where none is near.
///
/// Near means at most a third of the letters changed. `-` and `_` are the same, and so are the cases of a letter. A
/// dotted candidate is also compared by its last part alone, which finds `limits.batch_rows` for `batch_rows`.
package func nearestName(to unknown: String, among candidates: [String]) -> String? {
  let wanted = folded(unknown)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    guard let distance = distanceOfPaths(wanted, folded(candidate)) else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// The distance in edits, of the whole or of the last parts, or nil where it is more than a third of the length.
private func distanceOfPaths(_ left: [UInt8], _ right: [UInt8]) -> Int? {
  let dot = UInt8(ascii: ".")
  let whole = editDistance(left, right)
  let lastOfLeft = Array(left[((left.lastIndex(of: dot) ?? -1) + 1)...])
  let lastOfRight = Array(right[((right.lastIndex(of: dot) ?? -1) + 1)...])
  let last = editDistance(lastOfLeft, lastOfRight)
  let near = { (distance: Int, count: Int) in distance <= max(1, count / 3) }
  // A wrong place counts as one edit, so that a right name in its own section wins over one in another.
  let candidates = [(whole, left.count), (last + 1, lastOfLeft.count)].filter(near)
  return candidates.map(\.0).min()
}

private func folded(_ name: String) -> [UInt8] {
  name.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
}

/// Damerau and Levenshtein's distance with adjacent swaps ("optimal string alignment"): insertions, deletions,
/// replacements and swaps of neighbours cost one each.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (i, byte) in left.enumerated() {
    var current = [i + 1]
    for (j, other) in right.enumerated() {
      var cost = min(last[j + 1] + 1, current[j] + 1, last[j] + (byte == other ? 0 : 1))
      if i > 0, j > 0, byte == right[j - 1], left[i - 1] == other { cost = min(cost, beforeLast[j - 1] + 1) }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
