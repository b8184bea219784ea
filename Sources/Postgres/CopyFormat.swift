/// PostgreSQL's binary COPY format (manual, "COPY", "Binary Format"):
///
///     header   "PGCOPY\n" 0xFF "\r\n" 0x00 | int32 flags = 0 | int32 length of extension = 0
///     tuple    int16 number of fields, then for each: int32 length (-1: NULL), bytes
///     trailer  int16 -1
enum CopyFormat {
  static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
  static let header: [UInt8] = signature + [0, 0, 0, 0, 0, 0, 0, 0]
  static let trailer: [UInt8] = [0xFF, 0xFF]
}
