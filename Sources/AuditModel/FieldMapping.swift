/// An operator's own dialect: which lines are meant, and where in them each column is.
package struct FieldMapping: Hashable, Sendable {
  /// `/event/type=call`: at this place stands this text. `/event/type`: something stands there.
  package struct Condition: Hashable, Sendable {
    package let pointer: JSONPointer
    package let value: String?

    /// - Returns: nil where the text does not begin with a pointer.
    package init?(_ text: String) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let pointer = JSONPointer(parts[0]) else { return nil }
      self.pointer = pointer
      value = parts.count == 2 ? parts[1] : nil
    }

    package var text: String { pointer.text + (value.map { "=" + $0 } ?? "") }
  }

  /// `tool=/call/name`: the column has what stands there. `server="shop"`: it always has this text.
  package struct Assignment: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
      case pointer(JSONPointer)
      case constant(String)
    }

    package let column: Column
    package let origin: Origin

    package init?(_ text: String) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let column = Column(rawValue: parts[0]) else { return nil }
      self.column = column
      if parts[1].count >= 2, parts[1].hasPrefix("\""), parts[1].hasSuffix("\"") {
        origin = .constant(String(parts[1].dropFirst().dropLast()))
      } else if let pointer = JSONPointer(parts[1]) {
        origin = .pointer(pointer)
      } else {
        return nil
      }
    }

    package var text: String {
      switch origin {
      case .pointer(let pointer): "\(column.rawValue)=\(pointer.text)"
      case .constant(let text): "\(column.rawValue)=\"\(text)\""
      }
    }
  }

  /// The columns that a mapping can fill, by the names that a record has in its answers.
  package enum Column: String, CaseIterable, Sendable {
    case time, tool, server, user, client, session, status, error, level, event, request, trace, address, args
    case durationMs, resultBytes
  }

  package let name: String
  package var match: [Condition] = []
  package var fields: [Assignment] = []
  /// Whether a time without a zone is taken for UTC.
  package var assumesUTC = false

  package init(name: String) { self.name = name }
}

/// A JSON pointer (RFC 6901): `/call/arguments/0`, with `~1` for `/` and `~0` for `~`.
package struct JSONPointer: Hashable, Sendable {
  package let steps: [String]

  /// - Returns: nil unless the text begins with `/` and every `~` is one of the two escapes.
  package init?(_ text: String) {
    guard text.hasPrefix("/") else { return nil }
    var steps: [String] = []
    for step in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let pieces = step.split(separator: "~", omittingEmptySubsequences: false)
      guard pieces.dropFirst().allSatisfy({ $0.hasPrefix("0") || $0.hasPrefix("1") }) else { return nil }
      steps.append(String(step).replacing("~1", with: "/").replacing("~0", with: "~"))
    }
    self.steps = steps
  }

  package var text: String {
    steps.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
  }
}
