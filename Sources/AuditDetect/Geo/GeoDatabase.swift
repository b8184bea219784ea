import Glibc

/// Where addresses are, by a MaxMind DB file whose bytes are handed in; reading the file is the caller's work. City and country databases
/// of any maker who uses the names of MaxMind's are understood.
package struct GeoDatabase: Sendable, Hashable, CustomStringConvertible {
  private let file: MMDBFile
  /// What the file calls itself, and when it was made: what two databases are compared by.
  package let type: String
  package let built: UInt64
  private let size: Int

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package init(bytes: [UInt8]) throws(Failure) {
    do {
      file = try MMDBFile(bytes)
    } catch {
      throw Failure(description: "\(error)")
    }
    type = file.type
    built = file.built
    size = bytes.count
  }

  package var description: String { type }

  package static func == (left: GeoDatabase, right: GeoDatabase) -> Bool {
    left.type == right.type && left.built == right.built && left.size == right.size
  }
  package func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(built)
  }

  func place(of address: NetworkAddress) -> GeoPlace? {
    guard let value = file.value(of: address) else { return nil }
    let country =
      file.text(file.find(["country", "iso_code"], in: value))
      ?? file.text(file.find(["registered_country", "iso_code"], in: value))
    guard let country, country.utf8.count == 2 else { return nil }
    var position: GeoPosition?
    if let latitude = file.number(file.find(["location", "latitude"], in: value)),
      let longitude = file.number(file.find(["location", "longitude"], in: value)),
      abs(latitude) <= 90, abs(longitude) <= 180
    {
      let radius = file.number(file.find(["location", "accuracy_radius"], in: value)) ?? GeoPosition.radiusUnknown
      position = GeoPosition(
        latitude: Float(latitude), longitude: Float(longitude), radius: Float(min(max(radius, 1), 500)))
    }
    return GeoPlace(
      country: country, city: file.text(file.find(["city", "names", "en"], in: value)), position: position,
      network: file.number(file.find(["autonomous_system_number"], in: value)).map { UInt64($0) | 1 << 62 }
        ?? address.largeNetwork)
  }
}

/// What is known of an address.
struct GeoPlace: Sendable, Hashable {
  /// ISO 3166 alpha-2.
  var country: String
  var city: String?
  /// nil in a database of countries.
  var position: GeoPosition?
  /// The operator's network: its number where the database has it, otherwise the larger network of the address.
  var network: UInt64

  var shown: String { city.map { "\($0), \(country)" } ?? country }
  var countryCode: UInt16 { country.utf8.reduce(0) { $0 << 8 | UInt16($1) } }
}

/// Degrees, and how far the truth may be away in kilometres.
struct GeoPosition: Sendable, Hashable {
  static let radiusUnknown = 100.0
  /// Mean radius of the earth, kilometres.
  private static let earth = 6371.0

  var latitude: Float
  var longitude: Float
  var radius: Float

  /// Great-circle distance in kilometres (haversine formula).
  func distance(to other: GeoPosition) -> Double {
    let degree = Double.pi / 180
    let latitudes = (Double(latitude) * degree, Double(other.latitude) * degree)
    let north = sin((latitudes.1 - latitudes.0) / 2)
    let east = sin(Double(other.longitude - longitude) * degree / 2)
    let half = north * north + cos(latitudes.0) * cos(latitudes.1) * east * east
    return 2 * Self.earth * asin(min(1, half.squareRoot()))
  }

  func write(to writer: inout StateWriter) {
    for value in [latitude, longitude, radius] { writer.put(value) }
  }
  init(latitude: Float, longitude: Float, radius: Float) {
    self.latitude = latitude
    self.longitude = longitude
    self.radius = radius
  }
  init(from reader: inout StateReader) throws(StateError) {
    latitude = try reader.float()
    longitude = try reader.float()
    radius = try reader.float()
  }
}
