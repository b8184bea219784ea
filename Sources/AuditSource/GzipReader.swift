import CZlib
import Glibc

/// The plain bytes of an open gzip file (RFC 1952), read forwards: members after one another are one content. Whoever asks for bytes
/// that have gone by makes it begin again. It holds one window and one buffer of input, whatever the file's size.
final class GzipReader {
  enum State {
    case reading
    /// The last member is whole, and nothing or only zeros follow.
    case ended
    /// The input ends inside a member: somebody still writes it, or never will.
    case torn
    /// From here on nothing can be read.
    case damaged
  }

  /// Of the present reading: a descriptor may be given back and taken again in between.
  private var descriptor = Int32(-1)
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let input = UnsafeMutablePointer<UInt8>.allocate(capacity: GzipReader.inputBytes)
  private static let inputBytes = 32 << 10
  private var isOpen = false
  private var inputOffset: Int64 = 0
  /// Whether a member has begun and not ended.
  private var isInside = false
  private var hasMember = false
  /// Where the next plain byte is.
  private var position: Int64 = 0
  private(set) var state = State.reading

  init() { stream.initialize(to: z_stream()) }

  deinit {
    if isOpen { inflateEnd(stream) }
    stream.deallocate()
    input.deallocate()
  }

  /// Reads plain bytes from `offset` on; fewer than `count` where the content ends or cannot be read on: see `state`.
  /// - Throws: errno.
  func read(
    _ descriptor: Int32, at offset: Int64, into out: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    self.descriptor = descriptor
    if !isOpen || offset < position { begin() }
    while position < offset {
      // What is skipped goes where the answer will go.
      let room = out.prefix(Int(min(offset - position, Int64(out.count))))
      if try inflate(into: UnsafeMutableRawBufferPointer(rebasing: room)) == 0 { return 0 }
    }
    var done = 0
    while done < out.count {
      let got = try inflate(into: UnsafeMutableRawBufferPointer(rebasing: out[done...]))
      if got == 0 { break }
      done += got
    }
    return done
  }

  struct Errno: Error { let code: Int32 }

  private func begin() {
    if isOpen { inflateEnd(stream) }
    stream.pointee = z_stream()
    // 16: gzip's header and trailer and nothing else. The macro inflateInit2 is not visible from Swift.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib does not begin: \(status)")
    isOpen = true
    isInside = false
    hasMember = false
    inputOffset = 0
    position = 0
    state = .reading
  }

  /// - Returns: how many bytes came; 0 where nothing more does, for the present.
  private func inflate(into out: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    if state == .ended || state == .damaged || out.isEmpty { return 0 }
    state = .reading
    stream.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(out.count)
    while stream.pointee.avail_out == UInt32(out.count), state == .reading {
      if isInside {
        try inflateMember()
      } else if stream.pointee.avail_in == 0, try !refill() {
        state = hasMember ? .ended : .torn
      } else if !hasMember || skipZeros() {
        isInside = true
      }
    }
    let got = out.count - Int(stream.pointee.avail_out)
    position += Int64(got)
    return got
  }

  /// One call of zlib. It may hold output that no further input is needed for, so it is asked before the file is.
  private func inflateMember() throws(Errno) {
    let room = stream.pointee.avail_out
    switch CZlib.inflate(stream, Z_NO_FLUSH) {
    case Z_STREAM_END:
      isInside = false
      hasMember = true
      inflateReset(stream)
    case Z_OK, Z_BUF_ERROR:
      if stream.pointee.avail_out == room, stream.pointee.avail_in == 0, try !refill() { state = .torn }
    default:
      state = .damaged
    }
  }

  /// Between members: zeros fill up a block and mean nothing, as gzip(1) has it; whatever else is no member is damage.
  /// - Returns: whether something is left.
  private func skipZeros() -> Bool {
    while stream.pointee.avail_in > 0, let next = stream.pointee.next_in, next.pointee == 0 {
      stream.pointee.next_in = next + 1
      stream.pointee.avail_in -= 1
    }
    return stream.pointee.avail_in > 0
  }

  private func refill() throws(Errno) -> Bool {
    let room = UnsafeMutableRawBufferPointer(start: input, count: Self.inputBytes)
    let got = try Self.readPlain(descriptor, at: inputOffset, into: room)
    inputOffset += Int64(got)
    stream.pointee.next_in = input
    stream.pointee.avail_in = UInt32(got)
    return got > 0
  }

  /// Reads what lies on the disk.
  static func readPlain(
    _ descriptor: Int32, at offset: Int64, into room: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    while true {
      let got = pread(descriptor, room.baseAddress, room.count, off_t(offset))
      if got >= 0 { return got }
      if errno != EINTR { throw Errno(code: errno) }
    }
  }
}
