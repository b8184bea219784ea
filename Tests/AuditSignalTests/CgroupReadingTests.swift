import AuditSignal
import Testing

@Suite("A reading of a control group")
struct CgroupReadingTests {
  @Test("of version 2 says what the files say, and nothing of what they do not")
  func second() {
    let files = [
      "cpu.stat": "usage_usec 2500000\nuser_usec 1\nnr_periods 100\nnr_throttled 40\nthrottled_usec 1500000\n",
      "cpu.max": "50000 100000\n", "memory.current": "1048576\n", "memory.max": "max\n",
      "memory.events": "low 0\noom 3\noom_kill 2\n",
    ]
    let reading = CgroupReading(v2: { files[$0] })
    #expect(reading.processorSeconds == 2.5 && reading.processorLimit == 0.5)
    #expect(reading.periods == 100 && reading.throttledPeriods == 40 && reading.throttledSeconds == 1.5)
    #expect(reading.memoryBytes == 1 << 20 && reading.memoryLimitBytes == nil && reading.oomKills == 2)
    #expect(CgroupReading(v2: { _ in nil }).isEmpty)
    #expect(CgroupReading(v2: { $0 == "cpu.max" ? "max 100000" : nil }).processorLimit == nil)
  }

  @Test("of version 1 likewise")
  func first() {
    let files = [
      "cpuacct.usage": "3000000000\n", "cpu.cfs_quota_us": "200000\n", "cpu.cfs_period_us": "100000\n",
      "cpu.stat": "nr_periods 10\nnr_throttled 1\nthrottled_time 500000000\n", "memory.usage_in_bytes": "42\n",
      "memory.limit_in_bytes": "9223372036854771712\n",
      "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
    ]
    let reading = CgroupReading(v1: { files[$0] })
    #expect(reading.processorSeconds == 3 && reading.processorLimit == 2 && reading.throttledSeconds == 0.5)
    #expect(reading.memoryBytes == 42 && reading.memoryLimitBytes == nil && reading.oomKills == 1)
    #expect(CgroupReading(v1: { $0 == "cpu.cfs_quota_us" ? "-1" : nil }).isEmpty)
    #expect(CgroupReading(v1: { $0 == "memory.limit_in_bytes" ? "1000" : nil }).memoryLimitBytes == 1000)
  }

  @Test(
    "is looked for in directories that are named after a pod",
    arguments: [
      ("pod0a1b-2c", true), ("kubepods-burstable-pod0a1b_2c.slice", true), ("kubepods-pod0a1b_2c.slice", true),
      ("pod0a1b-2cd", false), ("kubepods-burstable.slice", false), ("0a1b-2c", false),
    ])
  func name(directory: String, isPod: Bool) {
    #expect(CgroupReading.isPod("0a1b-2c", directory: directory) == isPod)
  }
}
