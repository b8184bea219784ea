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
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")

let package = Package(
  name: "audittail",
  products: [.executable(name: "audittail", targets: ["audittail"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .target(name: "CStringScan"),
    library("JSON", ["CStringScan"]),
    library("Pattern"),
    library("AuditModel", [crypto]),
    .target(name: "CFileStatus"),
    .target(name: "CAllocationCount"),
    library("AuditSource", ["AuditModel", "CFileStatus", "CZlib", "JSON"]),
    // NIO, TLS and protobuf take most of the building time; only this one and AuditKubernetes know them.
    library(
      "AuditListen",
      [
        "AuditModel", "JSON", "CZlib", crypto, logging, lifecycle, nio, nioPosix, nioTLS, protobuf, x509, asn1,
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
      ]),
    library("AuditKubernetes", ["AuditModel", "JSON", httpClient, nio, nioHTTP1, nioTLS, logging]),
    library("AuditParse", ["AuditModel", "JSON"]),
    library("AuditRedact", ["AuditModel", "CStringScan", "JSON", "Pattern"]),
    library("AuditSpool", ["AuditModel", "AuditRedact"]),
    library("AuditSignal", ["AuditModel", "AuditRedact"]),
    library("Postgres", ["CLibPQ", logging, subprocess, system]),
    library("AuditQuery", ["AuditModel", "JSON"]),
    .target(
      name: "AuditStore",
      dependencies: ["AuditAlert", "AuditModel", "AuditRedact", "AuditSignal", "AuditQuery", "Postgres"],
      resources: [
        .embedInCode("SQL/m0001_installation.sql"), .embedInCode("SQL/m0002_tail.sql"),
        .embedInCode("SQL/m0003_kube.sql"), .embedInCode("SQL/m0004_analyze.sql"),
        .embedInCode("SQL/m0005_signals.sql"), .embedInCode("SQL/m0006_alerts.sql"),
        .embedInCode("SQL/m0007_sources.sql"),
      ],
      swiftSettings: strict),
    library("AuditDetect", ["AuditModel", "AuditSignal", "JSON"]),
    library("AuditAlert", ["AuditModel", "JSON", crypto, mustache]),
    // How alerts leave: one HTTP client a receiver, the sendmail command. The store's outbox is not its business.
    library(
      "AuditDeliver", ["AuditAlert", "AuditModel", httpClient, nio, nioPosix, nioHTTP1, nioTLS, subprocess, system]),
    library("AuditSample", ["AuditModel"]),
    library("AuditConfig", ["AuditAlert", "AuditModel", yaml]),

    .executableTarget(
      name: "audittail",
      dependencies: [
        "AuditAlert", "AuditConfig", "AuditDeliver", "AuditDetect", "AuditKubernetes", "AuditListen", "AuditModel",
        "AuditParse", "AuditQuery", "AuditRedact", "AuditSample", "AuditSignal",
        "AuditSource", "AuditSpool", "AuditStore", "JSON", "Pattern", "Postgres", arguments,
        lifecycle, logging, signals,
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "audittail-bench",
      dependencies: [
        "AuditModel", "AuditRedact", "AuditSample", "AuditSignal", "AuditStore", "CAllocationCount", "Postgres",
        arguments,
      ],
      swiftSettings: strict),

    tests("HouseTests", []),
    tests("AuditSampleTests", ["AuditSample", "AuditModel", "JSON"]),
    tests("AuditSourceTests", ["AuditSource", "AuditModel", "AuditSample", "CZlib"]),
    // An API server as far as we speak to one: TLS, lists and watches, and everything that goes wrong with them.
    .target(
      name: "TestAPIServer", dependencies: ["JSON", crypto, nio, nioPosix, nioHTTP1, nioTLS, x509, asn1],
      path: "Tests/TestAPIServer", swiftSettings: strict),
    tests("AuditKubernetesTests", ["AuditKubernetes", "AuditModel", "TestAPIServer", logging]),
    tests("AuditParseTests", ["AuditParse", "AuditModel", "JSON"]),
    tests("JSONTests", ["JSON"]),
    tests("PatternTests", ["Pattern"]),
    tests("AuditModelTests", ["AuditModel", "AuditSample"]),
    tests("AuditRedactTests", ["AuditRedact", "AuditModel", "CStringScan", "JSON"]),
    // A throw-away PostgreSQL for the tests that need one.
    .target(name: "TestCluster", dependencies: ["Postgres"], path: "Tests/TestCluster", swiftSettings: strict),
    tests("PostgresTests", ["Postgres", "TestCluster"]),
    tests(
      "AuditStoreTests",
      [
        "AuditAlert", "AuditStore", "AuditModel", "AuditParse", "AuditQuery", "AuditRedact", "AuditSignal", "Postgres",
        "TestCluster",
      ]),
    tests("AuditSpoolTests", ["AuditSpool", "AuditModel", "AuditParse", "AuditRedact", "JSON"]),
    tests(
      "AuditListenTests",
      ["AuditListen", "AuditModel", "JSON", crypto, logging, lifecycle, nio, nioPosix, nioTLS, protobuf, x509, asn1]),
    tests("AuditSignalTests", ["AuditSignal", "AuditModel"]),
    tests("AuditDetectTests", ["AuditDetect", "AuditModel"]),
    tests("AuditAlertTests", ["AuditAlert", "AuditDeliver", "AuditModel"]),
    tests("AuditQueryTests", ["AuditQuery", "AuditModel"]),
    tests(
      "CommandTests",
      [
        "audittail", "AuditConfig", "AuditKubernetes", "AuditModel", "AuditParse", "AuditRedact", "AuditSource",
        arguments, yaml,
      ]),
    tests(
      "AnalyzeTests",
      [
        "audittail", "AuditConfig", "AuditDetect", "AuditModel", "AuditParse", "AuditRedact", "AuditSample",
        "AuditStore",
        "Postgres", "TestCluster", logging,
      ]),
    tests(
      "AcceptanceTests",
      [
        "TestAPIServer", "AuditAlert", "AuditConfig", "AuditDeliver", "AuditListen", "AuditModel", "AuditSample",
        "AuditStore", "Postgres", "audittail",
      ]),
    tests("AuditConfigTests", ["AuditConfig", "AuditModel"]),
  ],
  swiftLanguageModes: [.v6]
)
