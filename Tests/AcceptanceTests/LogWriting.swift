import AuditSample

/// Several pods that write at the same time, and the truth about what they wrote.
actor LogWriting {
  private let pods: [PodTraffic]
  private var random: SplitMix64
  private(set) var written = WrittenLines()

  /// For `--files`.
  nonisolated let pattern: String

  /// - Parameters:
  ///   - directory: a new one; `<directory>/pods` is like /var/log/pods.
  ///   - rotateEvery: lines of a pod between two rotations.
  init(in directory: String, pods: Int = 4, seed: UInt64, rotateEvery: Int) throws {
    let root = "\(directory)/pods"
    pattern = "\(root)/*/*/*.log"
    self.pods = try (0..<pods).map { number in
      try PodTraffic(
        root: root, number: number, namespace: number % 2 == 0 ? "mcp-org-acme" : "mcp-org-globex",
        seed: seed &+ UInt64(number), rotateEvery: rotateEvery)
    }
    random = SplitMix64(seed: seed)
  }

  /// The schemas of the two tenants.
  static let schemas = ["tenant_acme", "tenant_globex"]

  var rotations: Int { pods.reduce(0) { $0 + $1.rotations } }

  /// Writes lines in about twenty bursts, spread over some time.
  func write(_ count: Int, over duration: Duration = .zero) async throws {
    let burst = max(1, count / 20)
    var left = count
    while left > 0 {
      let pod = Int(random.next() % UInt64(pods.count))
      try pods[pod].write(min(burst, left), noting: &written)
      left -= burst
      if duration > .zero { try await Task.sleep(for: duration / 20) }
    }
  }
}
