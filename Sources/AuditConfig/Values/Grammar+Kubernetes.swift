/// Whether the API server is asked for pods' metadata.
package enum MetadataMode: String, CaseIterable, Sendable {
  /// Where this runs in a cluster.
  case auto
  case on, off
}

extension Grammar where Value == MetadataMode {
  static let metadataMode = Grammar(MetadataMode.allCases.map(\.rawValue).joined(separator: ", ")) {
    text throws(GrammarProblem) in
    guard let mode = MetadataMode(rawValue: text) else {
      throw GrammarProblem("is none of \(MetadataMode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return mode
  } print: {
    $0.rawValue
  }
}

extension Grammar where Value == String {
  /// The name of a label or an annotation: `[prefix/]name` (Kubernetes documentation, "Labels and Selectors").
  static let labelName = Grammar("label") { text throws(GrammarProblem) in
    guard isLabelName(text) else {
      throw GrammarProblem("is not the name of a label, such as app.kubernetes.io/part-of")
    }
    return text
  } print: {
    $0
  }

  /// Such a name, or the beginning of one and `*`.
  static let labelPattern = Grammar("label or beginning*") { text throws(GrammarProblem) in
    let beginning = text.hasSuffix("*") ? String(text.dropLast()) : text
    guard text == "*" || isLabelName(beginning.hasSuffix("/") ? beginning + "x" : beginning) else {
      throw GrammarProblem(
        "is neither the name of a label, such as app.kubernetes.io/part-of, nor the beginning of one and *")
    }
    return text
  } print: {
    $0
  }
}

/// As far as characters and lengths go: at most one slash, 253 bytes before it and 63 behind.
private func isLabelName(_ text: String) -> Bool {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false)
  guard (1...2).contains(parts.count), let name = parts.last, (1...63).contains(name.utf8.count),
    parts.count == 1 || (1...253).contains(parts[0].utf8.count)
  else { return false }
  return parts.allSatisfy { part in
    part.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.".utf8.contains(byte)
    }
  }
}
