import Glibc

/// The program under test: built by the same `swift build`, it lies beside the test bundle, which is what runs here.
enum BuiltProgram {
  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "The program under test is not at \(path): build the whole package, not only its tests." }
  }

  /// `AUDITTAIL_TEST_PROGRAM` names another one, as a release build.
  static func path() throws -> String {
    if let other = getenv("AUDITTAIL_TEST_PROGRAM") { return String(cString: other) }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let bundle = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = bundle.prefix(upTo: bundle.lastIndex(of: "/") ?? bundle.startIndex) + "/audittail"
    guard access(String(path), X_OK) == 0 else { throw Missing(path: String(path)) }
    return String(path)
  }
}
