import AuditModel
import AuditSample
import JSON
import Testing

@Suite struct SampleFleetTests {
  @Test func `Tenants have their namespaces and share the calls`() {
    var fleet = SampleFleet(seed: 1)
    #expect(fleet.tenants.map(\.namespace) == ["mcp-org-acme", "mcp-org-globex", "mcp-org-initech"])
    let counts = fleet.tenants.indices.map { tenant in
      fleet.lines(of: tenant, from: Sample.time(0), to: Sample.time(2000), callsPerSecond: 20).count
    }
    // 691 seconds, 20 calls in each: 8295, 4148 and 1383, give or take four standard deviations.
    #expect((7900...8700).contains(counts[0]))
    #expect((3890...4410).contains(counts[1]))
    #expect((1230...1530).contains(counts[2]))
  }

  @Test func `One stretch after another gives the same traffic as the whole at once`() {
    var whole = SampleFleet(seed: 2)
    var pieces = SampleFleet(seed: 2)
    let expected = whole.lines(of: 0, from: Sample.time(0), to: Sample.time(90), callsPerSecond: 5)
    let got = (0..<9).flatMap { step in
      pieces.lines(of: 0, from: Sample.time(step * 10), to: Sample.time(step * 10 + 10), callsPerSecond: 5)
    }
    #expect(got.map(\.bytes) == expected.map(\.bytes))
    #expect(expected.count > 50)
    #expect(zip(got, got.dropFirst()).allSatisfy { $0.time <= $1.time })
  }

  @Test func `Users keep their hours`() throws {
    var fleet = SampleFleet(seed: 3)
    let midnight = Sample.time(0).day.start
    var shifts: [[String: Int]] = []
    for hour in [1, 9, 17] {
      let from = midnight.advanced(by: .seconds(hour * 3600))
      let lines = fleet.lines(of: 0, from: from, to: from.advanced(by: .seconds(3600)), callsPerSecond: 1)
      shifts.append(try lines.reduce(into: [:]) { $0[try actor(of: $1.bytes), default: 0] += 1 })
    }
    #expect(shifts.allSatisfy { $0.count > 20 })
    #expect(Set(shifts[0].keys).isDisjoint(with: shifts[1].keys))
    #expect(Set(shifts[1].keys).isDisjoint(with: shifts[2].keys))

    let night = fleet.lines(of: .offHours, at: 0, from: midnight.advanced(by: .seconds(3600)))
    let sleeper = try actor(of: night[0].bytes)
    #expect(night.count == 12)
    #expect(shifts[0][sleeper] == nil)
  }

  @Test(arguments: [
    (SampleAnomaly.burst, 300, 60), (.offHours, 12, 1800), (.unusualSequence, 24, 360), (.failingLogins, 41, 120),
  ])
  func `An anomaly is one user's session, as long as it says`(_ anomaly: SampleAnomaly, _ count: Int, _ seconds: Int)
    throws
  {
    var fleet = SampleFleet(seed: 4)
    let lines = fleet.lines(of: anomaly, at: 1, from: Sample.time(0))
    #expect(lines.count == count)
    #expect(lines[0].time == Sample.time(0))
    #expect(lines.allSatisfy { $0.time >= Sample.time(0) && $0.time < Sample.time(0).advanced(by: .seconds(seconds)) })
    #expect(Set(try lines.map { try actor(of: $0.bytes) }).count == 1)
    #expect(lines.count(where: { $0.line.isFailure }) == (anomaly == .failingLogins ? 40 : 0))
    #expect(lines.allSatisfy { !$0.line.hasSecret && $0.line.kind == .record })
  }

  @Test func `Ids are unique over tenants and anomalies`() throws {
    var fleet = SampleFleet(seed: 5)
    var ids: [String] = []
    var tape = JSONTape()
    for tenant in fleet.tenants.indices {
      let lines =
        fleet.lines(of: tenant, from: Sample.time(0), to: Sample.time(300), callsPerSecond: 10)
        + SampleAnomaly.allCases.flatMap { fleet.lines(of: $0, at: tenant, from: Sample.time(300)) }
      for line in lines {
        try tape.scan(line.bytes.span)
        ids.append(try #require(Sample.requestID(tape, line.bytes)))
      }
    }
    #expect(ids.count > 1000)
    #expect(Set(ids).count == ids.count)
  }

  private func actor(of bytes: [UInt8]) throws -> String {
    var tape = JSONTape()
    try tape.scan(bytes.span)
    if let user = tape.member(of: 0, named: "userId", in: bytes.span) { return Sample.text(user, tape, bytes) }
    let client = try Sample.member("client_id", tape, bytes)
    return Sample.text(client, tape, bytes)
  }
}
