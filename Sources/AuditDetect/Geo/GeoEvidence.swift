import AuditModel
import Glibc

/// Puts a sighting into a finding.
struct GeoEvidence {
  let observation: Observation
  let place: GeoPlace
  let user: GeoSubject
  let sight: GeoDetector.Sight
  let isDenied: Bool
  let score: Double

  func report(_ detection: inout Detection) {
    var subject = detection.subject(
      user: observation.user, client: observation.user.isNone ? observation.client : .none,
      session: observation.session)
    subject.address = detection.names.shown(observation.address)
    let who = subject.actor ?? "?"
    var more: [(name: String, value: Evidence.Value)] = [
      ("kind", .text(isDenied ? "denied-country" : kind)), ("country", .text(place.country)),
      ("place", .text(place.shown)),
    ]
    if user.anchor != nil { more.append(("lastCountry", .text(Self.text(ofCountry: user.anchorCountry)))) }
    if sight.speed > 0 { more.append(("kilometresAnHour", .number(sight.speed.rounded()))) }
    more.append(
      ("knownCountries", .texts(user.countries.map(Self.text(ofCountry:)).sorted())))
    let isTravel = sight.kind == .impossible || sight.kind == .jump
    detection.report(
      Finding(
        detector: .geo, at: observation.time, tenant: detection.tenant, subject: subject,
        windowStart: isTravel ? RecordTime(nanoseconds: Int64(user.anchorTime * 1e9)) : observation.time,
        windowEnd: observation.time, score: score, severity: Severity(score: score), summary: summary(who),
        evidence: Evidence(
          baseline: isTravel ? GeoDetector.speedMax : nil, observed: isTravel ? sight.speed : nil,
          unit: isTravel ? "km/h" : nil, probability: pow(10, -max(score, 0)), records: [observation.record], more: more
        ),
        isLate: observation.isLate))
  }

  private var kind: String {
    switch sight.kind {
    case .impossible: "impossible-travel"
    case .newCountry: "new-country"
    case .jump: "jump"
    case .network: "new-network"
    case .nothing: "none"
    }
  }

  private func summary(_ who: String) -> String {
    let here = place.shown
    if isDenied { return "\(who) called from \(here), a country that is denied." }
    switch sight.kind {
    case .impossible, .jump:
      let distance = place.position.flatMap { user.anchor?.distance(to: $0) } ?? 0
      let minutes = max(observation.seconds - user.anchorTime, 0) / 60
      let time = minutes < 120 ? "\(Int(minutes)) minutes" : "\(Int(minutes / 60)) hours"
      let country = sight.kind == .impossible ? ", a new country" : ""
      return
        "\(who) called from \(here)\(country), \(Int(distance)) km from where \(who) was \(time) before: nobody travels that fast."
    case .newCountry: return "\(who) called from \(here), a country that \(who) never called from before."
    case .network:
      return "\(who) called from \(here) through a network that \(who) never used there."
    case .nothing: return "\(who) called from \(here)."
    }
  }

  static func text(ofCountry code: UInt16) -> String {
    String(decoding: [UInt8(code >> 8), UInt8(code & 0xFF)], as: UTF8.self)
  }

  static func text(of position: GeoPosition) -> String {
    func tenths(_ value: Float) -> Float { (value * 10).rounded() / 10 }
    return "\(tenths(position.latitude)), \(tenths(position.longitude))"
  }
}
