// swift-tools-version: 6.2

import PackageDescription

/// Every target of ours: Swift 6 mode, a warning is an error, and an import of another target that shows in an
/// interface is written `package import`, so that it can be seen in a review.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  // The hot path crosses targets at every line: JSON → parse → redact → rows. Without this the smallest accessor is a call.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "audittail",
  products: [.executable(name: "audittail", targets: ["audittail"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

    library("JSON"),
    library("AuditModel", [crypto]),
    .target(name: "CFileStatus"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    library("AuditSource", ["AuditModel", "CFileStatus", "CZlib", "JSON"]),
    library("AuditListen", ["AuditModel"]),
    library("AuditParse", ["AuditModel", "JSON"]),
    library("AuditRedact", ["AuditModel", "JSON"]),
    library("AuditSignal", ["AuditModel", "AuditRedact"]),
    library("Postgres", ["CLibPQ", logging, subprocess, system]),
    library("AuditQuery", ["AuditModel", "JSON"]),
    .target(
      name: "AuditStore", dependencies: ["AuditModel", "AuditRedact", "AuditSignal", "AuditQuery", "Postgres"],
      resources: [.embedInCode("SQL/m0001_installation.sql"), .embedInCode("SQL/m0002_tail.sql")], swiftSettings: strict),
    library("AuditSample", ["AuditModel"]),
    library("AuditConfig", ["AuditModel", yaml]),

    .executableTarget(
      name: "audittail",
      dependencies: [
        "AuditConfig", "AuditModel", "AuditParse", "AuditQuery", "AuditRedact", "AuditSample", "AuditSource",
        "AuditStore", "JSON", "Postgres", arguments, asyncAlgorithms,
        lifecycle, logging, signals,
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "audittail-bench", dependencies: ["AuditModel", "AuditSample", "Postgres", arguments], swiftSettings: strict
    ),

    tests("HouseTests", []),
    tests("AuditSampleTests", ["AuditSample", "AuditModel", "JSON"]),
    tests("AuditSourceTests", ["AuditSource", "AuditModel", "AuditSample", "CZlib"]),
    tests("AuditParseTests", ["AuditParse", "AuditModel", "JSON"]),
    tests("JSONTests", ["JSON"]),
    tests("AuditModelTests", ["AuditModel", "AuditSample"]),
    tests("AuditRedactTests", ["AuditRedact", "AuditModel", "JSON"]),
    // A throw-away PostgreSQL for the tests that need one.
    .target(name: "TestCluster", dependencies: ["Postgres"], path: "Tests/TestCluster", swiftSettings: strict),
    tests("PostgresTests", ["Postgres", "TestCluster"]),
    tests(
      "AuditStoreTests",
      ["AuditStore", "AuditModel", "AuditParse", "AuditQuery", "AuditRedact", "Postgres", "TestCluster"]),
    tests("AuditSignalTests", ["AuditSignal"]),
    tests("AuditQueryTests", ["AuditQuery", "AuditModel"]),
    tests("CommandTests", ["audittail", "AuditConfig", "AuditModel", "AuditRedact"]),
    tests("AcceptanceTests", ["AuditModel", "AuditSample", "Postgres", "audittail"]),
    tests("AuditConfigTests", ["AuditConfig", "AuditModel"]),
  ],
  swiftLanguageModes: [.v6]
)
