@testable import AuditDetect
import AuditModel
import Testing

@Suite struct GeoTests {
  @Test("A file is read in every size of record, for IPv4 and under IPv6", arguments: [24, 28, 32], [4, 6])
  func sizes(bits: Int, version: Int) throws {
    let database = try GeoDatabase(bytes: PlaceFile.bytes(bits: bits, version: version))
    #expect(database.type == "Test-City")
    #expect(database.built == 1_700_000_000)
    for place in PlaceFile.places {
      let text = "\(place.network.0).\(place.network.1).\(place.network.2).77"
      let address = try #require(NetworkAddress(text))
      let found = try #require(database.place(of: address))
      #expect(found.country == place.country)
      #expect(found.city == place.city)
      #expect(found.position?.latitude == Float(place.latitude))
      #expect(found.position?.radius == Float(place.radius))
    }
    let elsewhere = try #require(NetworkAddress("9.9.9.9"))
    #expect(database.place(of: elsewhere) == nil)
  }

  @Test("A file that is cut anywhere is refused or answers less, and nothing worse")
  func cut() throws {
    let whole = PlaceFile.bytes()
    let address = try #require(NetworkAddress("81.2.69.1"))
    var refused = 0
    for length in 0..<whole.count {
      do {
        _ = try GeoDatabase(bytes: Array(whole[..<length])).place(of: address)
      } catch {
        refused += 1
        #expect(!error.description.isEmpty)
      }
    }
    #expect(refused > whole.count / 2)
  }

  @Test("Whatever the bytes are, it answers", arguments: 1...20)
  func mutated(seed: Int) throws {
    var dice = Company.Dice(seed: UInt64(seed))
    let whole = PlaceFile.bytes(bits: [24, 28, 32][seed % 3], version: seed % 2 == 0 ? 4 : 6)
    var answered = 0
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0...Int.random(in: 0..<4, using: &dice) {
        bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      }
      guard let database = try? GeoDatabase(bytes: bytes) else { continue }
      for place in PlaceFile.places {
        let text = "\(place.network.0).\(place.network.1).\(place.network.2).1"
        if database.place(of: NetworkAddress(text)!) != nil { answered += 1 }
      }
    }
    #expect(answered > 0)
  }

  @Test(
    "Addresses are read as records write them",
    arguments: [
      ("81.2.69.10", true), ("81.2.69.10:443", true), ("[2001:db8::1]:443", true), ("fe80::1%eth0", true),
      (" 10.0.0.1 ", true), ("::ffff:81.2.69.10", true), ("", false), ("localhost", false), ("1.2.3", false),
      ("1.2.3.4.5", false), ("12345::6789::1", false),
    ])
  func addresses(text: String, isAddress: Bool) {
    #expect((NetworkAddress(text) != nil) == isAddress)
  }

  @Test("A mapped address of IPv6 is the one of IPv4")
  func mapped() { #expect(NetworkAddress("::ffff:81.2.69.10") == NetworkAddress("81.2.69.10")) }

  @Test(
    "Private and reserved addresses have no place",
    arguments: [
      ("10.1.2.3", true), ("172.31.0.1", true), ("192.168.1.1", true), ("100.64.0.1", true), ("127.0.0.1", true),
      ("169.254.1.1", true), ("::1", true), ("fd00::1", true), ("fe80::1", true), ("239.1.1.1", true),
      ("81.2.69.10", false), ("172.32.0.1", false), ("2a00::1", false),
    ])
  func placeless(text: String, isPlaceless: Bool) throws {
    let address = try #require(NetworkAddress(text))
    #expect(address.hasNoPlace == isPlaceless)
  }

  @Test("London to Sydney is 17,000 km")
  func distance() {
    let london = GeoPosition(latitude: 51.5, longitude: -0.1, radius: 1)
    let sydney = GeoPosition(latitude: -33.9, longitude: 151.2, radius: 1)
    #expect(abs(london.distance(to: sydney) - 17_000) < 50)
    #expect(london.distance(to: london) == 0)
  }

  private static func calls(from addresses: [(hour: Double, address: String)]) -> [Company.Call] {
    var company = Company(seed: 5)
    company.work(days: 0..<12)
    for (hour, address) in addresses {
      company.session(of: "alice", at: 14 * Company.day + hour * 3600, tools: ["read_file"], address: address)
    }
    return company.inOrder
  }

  private static func kinds(_ findings: [Finding]) -> [String] {
    findings.compactMap { finding in
      finding.evidence.more.lazy.compactMap { more in
        if more.name == "kind", case .text(let text) = more.value { text } else { nil }
      }.first
    }
  }

  @Test("A new country that can be reached is weaker than one that cannot")
  func kinds() throws {
    let settings = try HabitsStoryTests.settings
    let near = Watch.findings([.geo], Self.calls(from: [(10, "5.8.16.1")]), settings: settings)
    let far = Watch.findings([.geo], Self.calls(from: [(9, "81.2.69.10"), (10, "1.128.0.1")]), settings: settings)
    #expect(Self.kinds(near) == ["new-country"])
    #expect(Self.kinds(far) == ["impossible-travel"])
    let (strong, weak) = (try #require(far.first), try #require(near.first))
    #expect(strong.score > weak.score)
    #expect(strong.score >= 2)
  }

  @Test("A proxy's and a private address are passed over; behind them the caller counts")
  func proxies() throws {
    var settings = try HabitsStoryTests.settings
    let calls = Self.calls(from: [
      (9, "81.2.69.10"), (10, "1.128.0.1"), (11, "192.168.0.1"), (12, "81.2.69.10, 1.128.0.1"),
    ])
    #expect(Watch.findings([.geo], calls, settings: settings).count == 2)
    settings.proxies = ["1.128.0.0/16"]
    #expect(Watch.findings([.geo], calls, settings: settings).isEmpty)
  }

  @Test("A denied country is always a finding, of new users too")
  func denied() throws {
    var settings = try HabitsStoryTests.settings
    settings.deniedCountries = ["JP"]
    var company = Company(seed: 5)
    company.session(of: "dave", at: 0, tools: ["read_file"], address: "1.0.16.1")
    let findings = Watch.findings([.geo], company.inOrder, settings: settings)
    #expect(Self.kinds(findings) == ["denied-country"])
    #expect(findings.first?.severity == .critical)
  }

  @Test("Without a database it says nothing, and says so when asked")
  func off() {
    var watch = Watch([.geo])
    for call in HabitsStoryTests.story(seed: 1).calls { watch.see(call) }
    #expect(watch.findings.isEmpty)
    #expect(watch.set.explain("alice").contains { $0.contains("there is no database") })
  }
}
