import TestCluster
import Testing

@testable import Postgres

@Suite("Values", .serialized, .timeLimit(.minutes(2)))
struct ValueRoundTripTests {
  /// Sends a value and reads it back with the accessor of its type.
  static func echo(_ value: PostgresValue, _ row: PostgresRow) throws -> PostgresValue {
    let field = row[0]
    switch value {
    case .null: return field.isNull ? .null : .text("not null")
    case .bool: return .bool(try field.bool())
    case .int16: return .int16(try field.int16())
    case .int32: return .int32(try field.int32())
    case .int64: return .int64(try field.int64())
    case .double: return .double(try field.double())
    case .text: return .text(try field.string())
    case .bytes: return .bytes(try field.bytes())
    case .jsonb: return .jsonb(try field.string())
    case .timestamptz: return .timestamptz(microsecondsSince2000: try field.timestamptz())
    case .date: return .date(daysSince2000: try field.date())
    case .boolArray: return .boolArray(try field.boolArray())
    case .int16Array: return .int16Array(try field.int16Array())
    case .int32Array: return .int32Array(try field.nullableInt32Array())
    case .int64Array: return .int64Array(try field.nullableInt64Array())
    case .doubleArray: return .doubleArray(try field.doubleArray())
    case .textArray: return .textArray(try field.nullableTextArray())
    case .byteaArray: return .byteaArray(try field.nullableByteaArray())
    case .timestamptzArray: return .timestamptzArray(try field.timestamptzArray())
    case .dateArray: return .dateArray(try field.dateArray())
    }
  }

  @Test(
    "A value comes back as it was sent",
    arguments: [
      .bool(true), .bool(false), .int16(.min), .int16(.max), .int32(.min), .int32(-1), .int32(.max), .int64(.min),
      .int64(.max), .double(0.1), .double(-.infinity), .double(.greatestFiniteMagnitude), .text(""),
      .text("Grüße, 🦉\n\"quoted\""), .bytes([]), .bytes([0, 255, 1, 0]), .jsonb(#"{"a": [1, null]}"#),
      .timestamptz(microsecondsSince2000: 0), .timestamptz(microsecondsSince2000: -1),
      .timestamptz(microsecondsSince2000: 812_345_678_901_234), .timestamptz(microsecondsSince2000: .max),
      .date(daysSince2000: -730_119), .date(daysSince2000: 9_496), .boolArray([true, false]), .int16Array([1, -2]),
      .int32Array([]), .int32Array([1, nil, .min]), .int64Array([nil]), .int64Array([.max, 0]),
      .doubleArray([1.5, -0.25]), .textArray([]), .textArray(["", nil, "ü", "{,\"}"]),
      .byteaArray([[], nil, [0, 255]]),
      .timestamptzArray([1, -1]), .dateArray([0, 9_496]),
    ] as [PostgresValue])
  func roundTrip(_ value: PostgresValue) async throws {
    let session = try await TestCluster.session()
    let back = try await session.perform { try Self.echo(value, $0.execute("select $1", [value]).only()) }
    #expect(back == value)
  }

  @Test("NULL is NULL for every type, and an accessor refuses it")
  func null() async throws {
    let session = try await TestCluster.session()
    try await session.perform { connection in
      for type in ["text", "int8", "bytea", "timestamptz", "date", "text[]"] {
        let field = try connection.execute("select $1::\(type)", [.null]).only()[0]
        #expect(field.isNull && field.present == nil)
        let error = #expect(throws: PostgresError.self) { try field.int64() }
        #expect(error?.kind == .unexpectedResult)
      }
    }
  }

  @Test("Integers widen, and never narrow")
  func widening() async throws {
    let session = try await TestCluster.session()
    try await session.perform { connection in
      let row = try connection.execute("select 1::int2 as a, 2::int4 as b, 3::int8 as c, 4::oid as d, 2.5::float4 as e")
        .only()
      #expect(try row["a"].int64() == 1 && row["b"].int64() == 2 && row["c"].int64() == 3 && row["d"].int64() == 4)
      #expect(try row["a"].int32() == 1 && row["e"].double() == 2.5)
      #expect(throws: PostgresError.self) { try row["c"].int32() }
      #expect(throws: PostgresError.self) { try row["b"].int16() }
    }
  }

  @Test("A wrong type, a missing column and an array of two dimensions throw instead of trapping")
  func wrongShape() async throws {
    let session = try await TestCluster.session()
    try await session.perform { connection in
      let row = try connection.execute("select 'x'::text, '{{1,2},{3,4}}'::int4[], array[1, null], 1.5::numeric").only()
      for read in [
        { _ = try row[0].int64() }, { _ = try row[1].int32Array() }, { _ = try row[2].int32Array() },
        { _ = try row[3].double() }, { _ = try row[9].string() }, { _ = try row["nothing"].string() },
      ] as [() throws -> Void] {
        let error = #expect(throws: PostgresError.self) { try read() }
        #expect(error?.kind == .unexpectedResult)
      }
      #expect(throws: PostgresError.self) { try connection.execute("select 1 where false").only() }
    }
  }
}
