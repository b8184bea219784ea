import AuditModel
import Glibc

/// Where the content of a file that is gone or was truncated may be: under another name, in a copy, compressed.
extension Lineage {
  /// Files of the directory that are looked into for a copy.
  private static let neighboursMax = 200

  func copy(of file: TailedFile) -> LogFile? {
    let twins = seen.values.filter { $0.source.id == file.source.id }.map(\.path)
    let mark = file.mark
    var tried: Set<String> = []
    for candidate in twins + FileDiscovery.files(of: path) + neighbours() where tried.insert(candidate).inserted {
      guard let log = try? LogFile(path: candidate), log.identity != file.file.identity,
        seen[log.identity].map({ $0.source.id == file.source.id }) ?? true,
        log.isCompressed || log.byteCount >= mark.offset, (try? log.lastBytes(of: mark)) != nil
      else { continue }
      return log
    }
    return nil
  }

  private func neighbours() -> [String] {
    Self.names(in: directory).prefix(Self.neighboursMax).map { directory + "/" + $0 }.filter {
      !RotatedName.isCompressed($0) && !RotatedName.isUnfinished($0)
    }
  }

  private var directory: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

  private static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  /// Whether the container was started anew: a log with a larger restart count is beside this one, so nothing is written here
  /// any more.
  var isSuperseded: Bool {
    guard let restarts = ContainerLogPath(path)?.restarts else { return false }
    return Self.names(in: directory).contains { name in
      name.hasSuffix(".log") && Int(name.dropLast(4)).map { $0 > restarts } == true
    }
  }
}
