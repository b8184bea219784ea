extension Lineage {
  /// Bytes that the file system showed and that are not read yet; of compressed files nothing is known beforehand.
  package var unreadBytes: Int64 {
    var bytes = unbegun.values.reduce(0) { $0 + $1.byteCount }
    let inHand = Dictionary((queue + left).map { ($0.file.identity, $0.offset) }, uniquingKeysWith: max)
    for (identity, file) in seen where !file.isTwin && !RotatedName.isCompressed(file.path) {
      if let offset = inHand[identity] {
        bytes += max(0, file.byteCount - offset)
      } else {
        bytes += file.unread
      }
    }
    return bytes
  }
}
