extension [UInt8] {
  func containsText(_ text: StaticString) -> Bool { index(of: text) != nil }

  /// Where a text stands first.
  func index(of text: StaticString, from start: Int = 0) -> Int? {
    let count = text.utf8CodeUnitCount
    guard self.count - start >= count else { return nil }
    return withUnsafeBufferPointer { bytes in
      search: for index in start...(bytes.count - count) {
        for place in 0..<count where bytes[index + place] != text.utf8Start[place] { continue search }
        return index
      }
      return nil
    }
  }
}
