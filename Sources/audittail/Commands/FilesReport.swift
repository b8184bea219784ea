import AuditSource

/// Which files the patterns find now, and which of them cannot be read.
struct FilesReport {
  let count: Int
  let unreadable: [String]

  init(patterns: [String]) {
    let files = FileDiscovery(patterns: patterns).scan().values.flatMap { $0 }
    count = files.count
    var unreadable: [String] = []
    for file in files {
      do {
        _ = try LogFile(path: file.path)
      } catch {
        unreadable.append(error.description)
      }
    }
    self.unreadable = unreadable
  }

  var words: String {
    if count == 0 { return "No file matches the patterns now.\n" }
    return unreadable.isEmpty
      ? "\(count.counted("file")) found, all can be read.\n"
      : "\(count.counted("file")) found, \(unreadable.count) of them cannot be read.\n"
  }
}
