import AuditModel
import Glibc

/// The name of a rotated log file: `0.log.20261125-133851`, or with `-1`, `-2`, … where a second had several.
struct RotatedLogName: Comparable {
  let text: String
  private let suffix: String
  private let number: Int

  private static let prefix = "0.log."
  private static let suffixBytes = 15

  init?(_ text: String) {
    guard text.hasPrefix(Self.prefix) else { return nil }
    let rest = text.dropFirst(Self.prefix.count)
    guard rest.utf8.count >= Self.suffixBytes else { return nil }
    self.text = text
    suffix = String(rest.prefix(Self.suffixBytes))
    let behind = rest.dropFirst(Self.suffixBytes)
    guard behind.isEmpty || behind.hasPrefix("-"), let number = behind.isEmpty ? 0 : Int(behind.dropFirst()) else {
      return nil
    }
    self.number = number
  }

  static func < (left: RotatedLogName, right: RotatedLogName) -> Bool {
    (left.suffix, left.number) < (right.suffix, right.number)
  }

  /// `20261125-133851`, in UTC.
  static func suffix(of time: RecordTime) -> String {
    let digits = time.rfc3339.utf8.prefix(19).filter(\.isASCIIDigit)
    return String(decoding: digits.prefix(8), as: UTF8.self) + "-"
      + String(decoding: digits.dropFirst(8), as: UTF8.self)
  }

  /// Those in a directory, oldest first.
  static func all(in directory: String) -> [RotatedLogName] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [RotatedLogName] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let name = RotatedLogName(name) { names.append(name) }
    }
    return names.sorted()
  }
}
