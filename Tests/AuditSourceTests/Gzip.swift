import CZlib

/// `bytes` as one gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var out = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
  var input = bytes
  let count = input.withUnsafeMutableBufferPointer { input in
    out.withUnsafeMutableBufferPointer { out in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = out.baseAddress
      stream.avail_out = UInt32(out.count)
      _ = deflate(&stream, Z_FINISH)
      return out.count - Int(stream.avail_out)
    }
  }
  return Array(out.prefix(count))
}
