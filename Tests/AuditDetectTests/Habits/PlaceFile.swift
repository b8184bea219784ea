/// Writes small files in the format of MaxMind DB (specification 2.0), with records of any of its three sizes.
struct PlaceFile {
  struct Place {
    var network: (UInt8, UInt8, UInt8)
    var country: String
    var city: String
    var latitude: Double
    var longitude: Double
    var radius: UInt16
  }

  /// London, Manchester, Sydney and Tokyo, as /24 networks.
  static let places = [
    Place(network: (81, 2, 69), country: "GB", city: "London", latitude: 51.5, longitude: -0.1, radius: 10),
    Place(network: (81, 2, 70), country: "GB", city: "London", latitude: 51.6, longitude: -0.2, radius: 20),
    Place(network: (81, 2, 71), country: "GB", city: "Manchester", latitude: 53.5, longitude: -2.2, radius: 20),
    Place(network: (1, 128, 0), country: "AU", city: "Sydney", latitude: -33.9, longitude: 151.2, radius: 50),
    Place(network: (1, 0, 16), country: "JP", city: "Tokyo", latitude: 35.7, longitude: 139.7, radius: 50),
    Place(network: (5, 8, 16), country: "FR", city: "Paris", latitude: 48.9, longitude: 2.3, radius: 20),
  ]

  /// - Parameters:
  ///   - bits: the size of a record: 24, 28 or 32.
  ///   - version: 4, or 6, where addresses of IPv4 stand under ninety-six zeroes.
  static func bytes(_ places: [Place] = places, bits: Int = 28, version: Int = 4) -> [UInt8] {
    var data: [UInt8] = []
    var offsets: [Int] = []
    for place in places {
      offsets.append(data.count)
      data += map([
        ("country", map([("iso_code", text(place.country))])),
        ("city", map([("names", map([("en", text(place.city))]))])),
        (
          "location",
          map([
            ("latitude", double(place.latitude)), ("longitude", double(place.longitude)),
            ("accuracy_radius", [0xA2, UInt8(place.radius >> 8), UInt8(place.radius & 0xFF)]),
          ])
        ),
      ])
    }
    var nodes: [[Int?]] = [[nil, nil]]
    // Leaves are kept as -1 - index until the number of nodes is known.
    for (index, place) in places.enumerated() {
      let network = UInt32(place.network.0) << 24 | UInt32(place.network.1) << 16 | UInt32(place.network.2) << 8
      let path = [Int](repeating: 0, count: version == 6 ? 96 : 0) + (0..<24).map { Int(network >> (31 - $0) & 1) }
      var node = 0
      for (depth, bit) in path.enumerated() {
        if depth == path.count - 1 {
          nodes[node][bit] = -1 - index
        } else if let next = nodes[node][bit] {
          node = next
        } else {
          nodes.append([nil, nil])
          nodes[node][bit] = nodes.count - 1
          node = nodes.count - 1
        }
      }
    }
    var tree: [UInt8] = []
    for node in nodes {
      let records = node.map { record -> Int in
        guard let record else { return nodes.count }
        return record >= 0 ? record : nodes.count + 16 + offsets[-1 - record]
      }
      tree += encode(records[0], records[1], bits)
    }
    let metadata = map([
      ("node_count", [0xC4] + big(nodes.count, 4)), ("record_size", [0xA1, UInt8(bits)]),
      ("ip_version", [0xA1, UInt8(version)]), ("database_type", text("Test-City")),
      ("binary_format_major_version", [0xA1, 2]), ("build_epoch", [0x04, 0x02] + big(1_700_000_000, 4)),
    ])
    return tree + [UInt8](repeating: 0, count: 16) + data + [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8) + metadata
  }

  private static func encode(_ left: Int, _ right: Int, _ bits: Int) -> [UInt8] {
    switch bits {
    case 24: big(left, 3) + big(right, 3)
    case 28: big(left, 4)[1...] + [UInt8((left >> 24) << 4 | right >> 24)] + big(right, 4)[1...]
    default: big(left, 4) + big(right, 4)
    }
  }

  private static func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
  }

  private static func text(_ value: String) -> [UInt8] { [0x40 | UInt8(value.utf8.count)] + Array(value.utf8) }
  private static func double(_ value: Double) -> [UInt8] {
    [0x68] + (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (56 - 8 * $0)) }
  }
  private static func map(_ members: [(String, [UInt8])]) -> [UInt8] {
    [0xE0 | UInt8(members.count)] + members.flatMap { text($0.0) + $0.1 }
  }
}
