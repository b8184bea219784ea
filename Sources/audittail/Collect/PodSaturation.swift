import AuditSignal
import Glibc

/// Processor and memory of the pods whose logs are read, from the control groups of this node. A node whose groups cannot be read
/// shows none.
enum PodSaturation {
  /// Pods that are shown.
  private static let podsMax = 256
  /// kubepods / burstable / pod…, one more where a distribution puts kubelet into a slice.
  private static let depthMax = 4
  private static let fileBytesMax = 16 << 10

  static func families(of pods: [String: CollectorMetrics.PodPlaceName], root: String) -> [MetricFamily] {
    let wanted = pods.sorted { $0.key < $1.key }.prefix(podsMax)
    guard !wanted.isEmpty else { return [] }
    let readings = Self.readings(Set(wanted.map(\.key)), root: root)
    func family(
      _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: (CgroupReading) -> Double?
    ) -> MetricFamily {
      MetricFamily(
        name, kind, labels: ["namespace", "pod"], help: help,
        samples: wanted.compactMap { uid, place in
          readings[uid].flatMap(value).map { MetricSample([place.namespace, place.pod], $0) }
        })
    }
    return [
      family("mcp_pod_cpu_seconds_total", .counter, "Processor time of a tool server's pod.", \.processorSeconds),
      family("mcp_pod_cpu_limit_cores", .gauge, "Cores that the pod may use.", \.processorLimit),
      family("mcp_pod_cpu_throttled_seconds_total", .counter, "Time that the pod was kept waiting at its limit.") {
        $0.throttledSeconds
      },
      family("mcp_pod_cpu_periods_total", .counter, "Periods in which the pod could have been kept waiting.") {
        $0.periods.map { Double($0) }
      },
      family("mcp_pod_cpu_throttled_periods_total", .counter, "Periods in which it was.") {
        $0.throttledPeriods.map { Double($0) }
      },
      family("mcp_pod_memory_bytes", .gauge, "Memory of the pod, page cache included.") {
        $0.memoryBytes.map { Double($0) }
      },
      family("mcp_pod_memory_limit_bytes", .gauge, "Memory that the pod may use.") {
        $0.memoryLimitBytes.map { Double($0) }
      },
      family("mcp_pod_oom_kills_total", .counter, "Processes of the pod that were killed for want of memory.") {
        $0.oomKills.map { Double($0) }
      },
    ]
  }

  static func readings(_ uids: Set<String>, root: String) -> [String: CgroupReading] {
    var readings: [String: CgroupReading] = [:]
    if access("\(root)/cgroup.controllers", F_OK) == 0 {
      for (uid, path) in directories(of: uids, under: root) {
        readings[uid] = CgroupReading(v2: { text("\(path)/\($0)") })
      }
    } else {
      // Each controller has a tree of its own; some are one tree under two names.
      var byUID: [String: [String]] = [:]
      for controller in ["cpu,cpuacct", "cpuacct,cpu", "cpu", "cpuacct", "memory"] {
        for (uid, path) in directories(of: uids, under: "\(root)/\(controller)") {
          byUID[uid, default: []].append(path)
        }
      }
      for (uid, paths) in byUID {
        readings[uid] = CgroupReading(v1: { name in paths.lazy.compactMap { text("\($0)/\(name)") }.first })
      }
    }
    return readings.filter { !$0.value.isEmpty }
  }

  private static func directories(of uids: Set<String>, under root: String) -> [String: String] {
    var found: [String: String] = [:]
    func walk(_ path: String, _ depth: Int) {
      for name in names(in: path) {
        if let uid = uids.first(where: { CgroupReading.isPod($0, directory: name) }) {
          found[uid] = "\(path)/\(name)"
        } else if depth < depthMax, name.hasPrefix("kube") || depth > 0 {
          walk("\(path)/\(name)", depth + 1)
        }
        if found.count == uids.count { return }
      }
    }
    walk(root, 0)
    return found
  }

  /// Directories below a directory that may lead to pods.
  private static func names(in path: String) -> [String] {
    guard let handle = opendir(path) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      // Below a pod are its containers.
      if name != ".", name != "..", !name.hasPrefix("cri-"), !name.hasPrefix("crio-") { names.append(name) }
    }
    return names
  }

  private static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: fileBytesMax)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
