import Glibc

/// Where one user calls from: at most twelve places with their networks, the countries, and the last place that was believed.
struct GeoSubject: SubjectState {
  private static let placesMax = 12
  private static let networksMax = 8
  private static let countriesMax = 48

  struct Place: Sendable {
    var position: GeoPosition
    var country: UInt16
    var days: UInt16 = 0
    var lastDay: Int32 = .min
    var visits: Float = 0
    /// Different networks so far, and those met last.
    var networkCount: UInt16 = 0
    var networks: [UInt64] = []
  }

  private(set) var places: [Place] = []
  private(set) var countries: [UInt16] = []
  /// The last place that was believed, and when it was left.
  private(set) var anchor: GeoPosition?
  private(set) var anchorTime = 0.0
  private(set) var anchorCountry: UInt16 = 0
  private(set) var visits = 0
  private(set) var first = 0.0
  /// New countries and jumps within known ones so far: how restless the user is.
  var newCountries = 0.0
  var jumps = 0.0
  /// The address of the last call, its time, and whether it was believed.
  var lastAddress = Name.none
  var lastTime = -Double.infinity
  var lastWasBelieved = true

  init() {}

  func months(at seconds: Double) -> Double { max(seconds - first, 0) / Calibration.period }

  /// The place of a user's that a position belongs to: the nearest within 100 km, or within what the database does not know better.
  func place(of position: GeoPosition, country: UInt16) -> Int? {
    var nearest: (index: Int, distance: Double)?
    for (index, place) in places.enumerated() where place.country == country {
      let distance = position.distance(to: place.position)
      guard distance < max(100, min(Double(position.radius), 200)) else { continue }
      if distance < nearest?.distance ?? .infinity { nearest = (index, distance) }
    }
    return nearest?.index
  }

  /// Kilometres an hour that the way from the anchor takes at least; 0 where there is none.
  func speed(to position: GeoPosition, at seconds: Double) -> Double {
    guard let anchor else { return 0 }
    let way = anchor.distance(to: position) - Double(anchor.radius) - Double(position.radius)
    return max(way, 0) / (max(seconds - anchorTime, 0) / 3600 + 5.0 / 60)
  }

  /// The same address goes on.
  mutating func goOn(at seconds: Double) {
    lastTime = max(lastTime, seconds)
    if lastWasBelieved { anchorTime = max(anchorTime, seconds) }
  }

  /// Learns a visit.
  /// - Parameters:
  ///   - known: the place's index, as `place(of:country:)` gave it.
  ///   - isBelieved: no alarm; only then the anchor moves, and the network becomes familiar.
  mutating func learn(_ place: GeoPlace, known: Int?, at seconds: Double, isBelieved: Bool, familiarDays: UInt16) {
    if visits == 0 { first = seconds }
    visits += 1
    let country = place.countryCode
    if !countries.contains(country) {
      if countries.count >= Self.countriesMax { countries.removeFirst() }
      countries.append(country)
    }
    lastWasBelieved = isBelieved
    guard let position = place.position else { return }
    if isBelieved {
      anchor = position
      anchorTime = seconds
      anchorCountry = country
    }
    let index: Int
    if let known {
      index = known
    } else {
      if places.count >= Self.placesMax { removeLeast() }
      places.append(Place(position: position, country: country))
      index = places.count - 1
    }
    let day = Int32((seconds / 86_400).rounded(.down))
    if places[index].lastDay != day {
      places[index].lastDay = day
      places[index].days = min(places[index].days + 1, .max - 1)
    }
    if isBelieved || places[index].days < familiarDays {
      places[index].visits += 1
      if !places[index].networks.contains(place.network) {
        if places[index].networks.count >= Self.networksMax { places[index].networks.removeFirst() }
        places[index].networks.append(place.network)
        places[index].networkCount = min(places[index].networkCount + 1, .max - 1)
      }
    }
  }

  /// The place that was visited on the fewest days makes room; of several, the one not visited for longest.
  private mutating func removeLeast() {
    var least = 0
    for index in places.indices {
      let (place, other) = (places[index], places[least])
      if (place.days, place.lastDay) < (other.days, other.lastDay) { least = index }
    }
    places.remove(at: least)
  }

  // MARK: State

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(places.count))
    for place in places {
      place.position.write(to: &writer)
      writer.put(place.country)
      writer.put(place.days)
      writer.put(place.lastDay)
      writer.put(place.visits)
      writer.put(place.networkCount)
      writer.put(each: place.networks)
    }
    writer.put(each: countries)
    writer.put(anchor != nil)
    anchor?.write(to: &writer)
    for value in [anchorTime, first, newCountries, jumps, lastTime] { writer.put(value) }
    writer.put(anchorCountry)
    writer.put(UInt64(visits))
    writer.put(lastAddress)
    writer.put(lastWasBelieved)
  }

  init(from reader: inout StateReader) throws(StateError) {
    for _ in 0..<(try reader.count(ofSize: 28)) {
      var place = Place(position: try GeoPosition(from: &reader), country: try reader.uint16())
      place.days = try reader.uint16()
      place.lastDay = try reader.int32()
      place.visits = try reader.float()
      place.networkCount = try reader.uint16()
      place.networks = try reader.integers(of: UInt64.self)
      places.append(place)
    }
    countries = try reader.integers(of: UInt16.self)
    if try reader.bool() { anchor = try GeoPosition(from: &reader) }
    anchorTime = try reader.double()
    first = try reader.double()
    newCountries = try reader.double()
    jumps = try reader.double()
    lastTime = try reader.double()
    anchorCountry = try reader.uint16()
    visits = Int(clamping: try reader.uint64())
    lastAddress = try reader.name()
    lastWasBelieved = try reader.bool()
  }
}
