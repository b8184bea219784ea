import AuditModel
import Glibc

/// Whether a user calls from where this user can be. Judged when the address changes, or after a rest:
///
/// - **impossible travel**: a place that is not familiar (seen on fewer than three days), too far from the last believed one for the time
///   between; accuracy radii are subtracted, five minutes added; an alarm does not move the anchor;
/// - **a new country** that can be reached: weaker, by how often this user goes to new ones;
/// - **a jump** within known countries: weaker still, databases err;
/// - **a new network** at a familiar place where there was hardly ever another one (somebody behind the same exit of a VPN, say);
/// - **a denied country**: always.
///
/// Without a database it says nothing. Addresses without a place (private, proxies) are passed over.
struct GeoDetector: Detector {
  static let name = "geo"
  static let kinds: [DetectorKind] = [.geo]
  static let stateVersion: UInt16 = 1

  static let familiarDays: UInt16 = 3
  private static let networkDays: UInt16 = 4
  /// Kilometres an hour of an airliner.
  static let speedMax = 900.0
  /// A user is judged after so many visits and days.
  private static let visitsMin = 10
  private static let daysMin = 3.0
  /// The same address is judged again after so long a rest.
  private static let rest = 1800.0
  /// What is expected of a user in 30 days before anything is known, and how many months that belief is worth.
  private static let countriesPrior = (events: 0.5, months: 1.0)
  private static let jumpsPrior = (events: 0.3, months: 1.0)
  private static let networkPrior = 0.25
  /// Travel that is impossible and a denied country: once in 100 and in 1,000 months of a user by honest error.
  private static let impossibleScore = 2.0
  private static let deniedScore = 3.0
  /// At an alarm of this score the place is not believed.
  private static let strangeScore = 0.0

  private let database: GeoDatabase?
  private let settings: DetectionSettings
  private let proxies: [NetworkRange]
  private var users: SubjectTable<GeoSubject>
  /// What the database says of addresses that were asked for lately; says nothing that it would not say again.
  private var cache: [Name: GeoPlace?] = [:]
  private static let cacheMax = 65_536

  init(settings: DetectionSettings) {
    database = settings.geoDatabase
    self.settings = settings
    proxies = settings.proxies.compactMap { NetworkRange($0) }
    users = SubjectTable(subjectsMax: settings.subjectsMax)
  }

  private static func key(_ name: Name) -> SubjectKey { SubjectKey(0x6E, name) }

  /// The place of the caller: of a forwarded list, the last address that is neither a proxy's nor private.
  private mutating func place(of address: Name, _ names: borrowing NameTable) -> GeoPlace? {
    if let known = cache[address] { return known }
    if cache.count >= Self.cacheMax { cache.removeAll(keepingCapacity: true) }
    var place: GeoPlace?
    for part in (names.text(address) ?? "").split(separator: ",").reversed() {
      guard let parsed = NetworkAddress(String(part)) else { break }
      if parsed.hasNoPlace || proxies.contains(where: { $0.contains(parsed) }) { continue }
      place = database?.place(of: parsed)
      break
    }
    cache[address] = .some(place)
    return place
  }

  mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard database != nil, !observation.address.isNone, !observation.actor.isNone else { return }
    guard !settings.isInMaintenance(observation.time) else { return }
    let seconds = observation.seconds
    let key = Self.key(observation.actor)
    let goesOn = users.updateKnown(key) { user in
      guard user.lastAddress == observation.address, seconds - user.lastTime < Self.rest else { return false }
      if !observation.isLate { user.goOn(at: seconds) }
      return true
    }
    if goesOn == true { return }
    guard let place = place(of: observation.address, detection.names) else { return }
    let denied = settings.deniedCountries.contains(place.country)
    users.update(key, make: { GeoSubject() }) { user in
      let sight = Self.judge(place, user, at: seconds)
      var score = sight.score
      if denied { score = max(score, Self.deniedScore) }
      if score >= detection.threshold, score > -.infinity {
        GeoEvidence(observation: observation, place: place, user: user, sight: sight, isDenied: denied, score: score)
          .report(&detection)
      }
      if observation.isLate { return }
      switch sight.kind {
      case .impossible, .newCountry: user.newCountries += 0.5
      case .jump: user.jumps += 1
      case .network, .nothing: break
      }
      user.learn(
        place, known: sight.known, at: seconds, isBelieved: sight.score <= Self.strangeScore,
        familiarDays: Self.familiarDays)
      user.lastAddress = observation.address
      user.lastTime = seconds
    }
  }

  mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  struct Sight {
    enum Kind { case nothing, impossible, newCountry, jump, network }
    var kind = Kind.nothing
    var score = -Double.infinity
    var known: Int?
    var speed = 0.0
  }

  private static func judge(_ place: GeoPlace, _ user: GeoSubject, at seconds: Double) -> Sight {
    var sight = Sight()
    let country = place.countryCode
    let isNewCountry = !user.countries.contains(country)
    let months = user.months(at: seconds)
    sight.known = place.position.flatMap { user.place(of: $0, country: country) }
    let isLearning = user.visits < visitsMin || months * 30 < daysMin
    if isLearning { return sight }
    if let index = sight.known, user.places[index].days >= familiarDays {
      let here = user.places[index]
      if here.days >= networkDays, !here.networks.contains(place.network) {
        let rate = (Double(here.networkCount) - 1 + networkPrior) / (Double(here.visits) + 1)
        sight.kind = .network
        sight.score = -log10(max(rate * Double(here.visits) / max(months, 0.2), 1e-9))
      }
      return sight
    }
    if let position = place.position { sight.speed = user.speed(to: position, at: seconds) }
    let isImpossible = sight.speed > speedMax
    if isNewCountry, isImpossible {
      sight.kind = .impossible
      sight.score = impossibleScore + min(1, log10(sight.speed / speedMax))
    } else if isNewCountry {
      sight.kind = .newCountry
      sight.score = -log10((user.newCountries + countriesPrior.events) / (months + countriesPrior.months))
    } else if isImpossible {
      sight.kind = .jump
      sight.score =
        -log10((user.jumps + jumpsPrior.events) / (months + jumpsPrior.months))
        + min(0.5, log10(sight.speed / speedMax) / 2)
    }
    return sight
  }

  func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard database != nil else { return ["off: there is no database of places (detect.geo.database)"] }
    guard let user = users[Self.key(Name(subject))] else { return [] }
    let countries = user.countries.map(GeoEvidence.text(ofCountry:)).sorted().joined(separator: ", ")
    let familiar = user.places.filter { $0.days >= Self.familiarDays }
    return ["\(user.visits) visits from \(countries); \(familiar.count) familiar places"]
      + familiar.map { place in
        "familiar: \(GeoEvidence.text(ofCountry: place.country)) near \(GeoEvidence.text(of: place.position)), \(place.days) days, \(place.networkCount) networks"
      }
  }

  func write(to writer: inout StateWriter) { users.write(to: &writer) }
  mutating func read(from reader: inout StateReader) throws(StateError) { try users.read(from: &reader) }
}
