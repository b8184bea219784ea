import AuditModel
import Logging

/// One line a message on standard error: time, level, what happened, and its particulars.
struct PlainLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(RecordTime.now.rfc3339) \(event.level.rawValue) \(event.message)"
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }
    ) {
      line += " \(key)=\(value)"
    }
    // A value cannot begin a new line and pretend to be a message.
    StandardError.write(String(line.map { $0.isNewline ? " " : $0 }) + "\n")
  }
}
