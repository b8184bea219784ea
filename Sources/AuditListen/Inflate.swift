import CZlib

/// Decompresses gzip and zlib data, of one member or several, up to a limit.
enum Inflate {
  enum Problem: Error, Equatable {
    /// No gzip, or damaged, or something follows it.
    case damaged
    /// It ends in the middle.
    case truncated
    /// More than the limit comes out.
    case tooLarge
    /// The memory for it is not to be had now.
    case refused(InFlightBytes.Refusal)
  }

  private static let step = 64 << 10

  /// - Parameter grow: called with each further piece's size before it is kept.
  static func gunzip(
    _ input: [UInt8], bytesMax: Int, grow: (Int) throws(InFlightBytes.Refusal) -> Void
  ) throws(Problem) -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, and 32: gzip or zlib, whichever the header says.
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .damaged
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var consumed = 0
    var status = Z_OK
    while true {
      if status == Z_STREAM_END {
        if consumed == input.count { return output }
        guard inflateReset(&stream) == Z_OK else { throw .damaged }
      }
      let piece = [UInt8](unsafeUninitializedCapacity: step) { buffer, count in
        input.withUnsafeBufferPointer { source in
          stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + consumed })
          stream.avail_in = UInt32(min(source.count - consumed, Int(UInt32.max)))
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          let before = stream.avail_in
          status = inflate(&stream, Z_NO_FLUSH)
          consumed += Int(before - stream.avail_in)
          count = buffer.count - Int(stream.avail_out)
        }
      }
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .damaged }
      if output.count + piece.count > bytesMax { throw .tooLarge }
      do { try grow(piece.count) } catch { throw .refused(error) }
      output += piece
      if status != Z_STREAM_END, piece.isEmpty, consumed == input.count { throw .truncated }
    }
  }
}
