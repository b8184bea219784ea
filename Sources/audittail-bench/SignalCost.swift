import AuditModel
import AuditSignal
import AuditStore
import Glibc

/// What the golden signals cost beside what a batch costs anyway: computing them from its rows and encoding them, once more and on
/// this one thread, as shares of the program's processor time and of its rows' bytes.
struct SignalCost {
  let processorPercent: Double
  let bytesPercent: Double

  init(of stored: StoredBatches, collect: Usage) {
    var signalBytes = 0
    let rows = stored.batches.map { EncodedRows(bytes: $0.tuples, ends: $0.ends) }
    let began = Self.processorSeconds
    for batch in rows {
      let deltas = SignalDeltas(encoded: batch)
      signalBytes += RecordBatch.signalTuples(deltas, sequence: 1, collector: 1).byteCount
    }
    let seconds = Self.processorSeconds - began
    processorPercent = seconds / collect.processorSeconds * 100
    bytesPercent = Double(signalBytes) / Double(max(1, stored.bytes)) * 100
  }

  /// Of this thread.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
