package import AuditModel
import Glibc

/// Writes the log of one container as kubelet and a container runtime do:
///
///     <root>/<namespace>_<pod>_<uid>/<container>/0.log                    being written
///     <root>/<namespace>_<pod>_<uid>/<container>/0.log.20261125-133851    rotated, by renaming it and creating anew
///
/// Each call makes one write(2), so that a reader sees whole lines or the beginning of one, as in life. A file that is
/// there already is appended to.
package struct PodLogWriter: ~Copyable {
  /// `…/<container>`
  package let directory: String
  /// Rotated files that are kept; older ones are removed at a rotation. Nil: all.
  package var rotatedMax: Int?

  private var file: Int32
  private var framing = CRIFraming()
  private var buffer: [UInt8] = []

  /// Creates the directories and the file.
  package init(
    root: String, namespace: String, pod: String, uid: String, container: String, rotatedMax: Int? = 5
  ) throws(PodLogError) {
    directory = "\(root)/\(namespace)_\(pod)_\(uid)/\(container)"
    self.rotatedMax = rotatedMax
    try Self.makeDirectories(directory)
    file = try Self.create("\(directory)/0.log")
  }

  deinit { Glibc.close(file) }

  /// The file that is being written.
  package var path: String { "\(directory)/0.log" }

  /// Frames a line and writes it.
  /// - Parameter line: without its line feed.
  package mutating func write(
    _ line: [UInt8], at time: RecordTime, stream: OutputStream = .stdout
  ) throws(PodLogError) {
    buffer.removeAll(keepingCapacity: true)
    framing.append(line.span, at: time, stream: stream, to: &buffer)
    try writeAll(buffer)
  }

  /// Writes a line in several pieces, each by a write(2) of its own.
  /// - Parameter rotatingAfter: how many pieces go into the old file before it is rotated; nil: no rotation.
  package mutating func write(
    _ line: [UInt8], at time: RecordTime, stream: OutputStream = .stdout, fragments: Int, rotatingAfter: Int? = nil
  ) throws(PodLogError) {
    for (index, piece) in CRIFraming.pieces(of: line.count, fragments: fragments).enumerated() {
      if index == rotatingAfter { try rotate(at: time) }
      buffer.removeAll(keepingCapacity: true)
      framing.append(
        line.span.extracting(piece), at: time, stream: stream, isPartial: index < fragments - 1, to: &buffer)
      try writeAll(buffer)
    }
  }

  /// Writes what is framed already, by one write(2) as far as the system takes it.
  package func write(framed bytes: [UInt8]) throws(PodLogError) { try writeAll(bytes) }

  private func writeAll(_ bytes: [UInt8]) throws(PodLogError) {
    var at = 0
    while at < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: at), $0.count - at) }
      if count < 0 {
        if errno == EINTR { continue }
        throw PodLogError("write", path)
      }
      at += count
    }
  }
}

extension PodLogWriter {
  /// Renames the file after the time, and goes on in a new one.
  /// - Returns: the path that the old file has now.
  @discardableResult
  package mutating func rotate(at time: RecordTime) throws(PodLogError) -> String {
    let target = unusedName(RotatedLogName.suffix(of: time))
    guard rename(path, target) == 0 else { throw PodLogError("rename", path) }
    let fresh = try Self.create(path)
    Glibc.close(file)
    file = fresh
    if let rotatedMax {
      let rotated = rotatedPaths
      for old in rotated.prefix(max(0, rotated.count - rotatedMax)) where unlink(old) != 0 {
        throw PodLogError("remove", old)
      }
    }
    return target
  }

  /// The rotated files, oldest first.
  package var rotatedPaths: [String] { RotatedLogName.all(in: directory).map { "\(directory)/\($0.text)" } }

  /// A second rotation within a second would overwrite the first one's file.
  private func unusedName(_ suffix: String) -> String {
    let plain = "\(path).\(suffix)"
    var name = plain
    var number = 0
    while access(name, F_OK) == 0 {
      number += 1
      name = "\(plain)-\(number)"
    }
    return name
  }

  private static func create(_ path: String) throws(PodLogError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw PodLogError("create", path) }
    return file
  }

  private static func makeDirectories(_ path: String) throws(PodLogError) {
    var parent = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      parent += "/\(part)"
      if mkdir(parent, 0o755) != 0, errno != EEXIST { throw PodLogError("create", parent) }
    }
  }
}
