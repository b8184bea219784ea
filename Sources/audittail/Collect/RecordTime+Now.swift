import AuditModel
import Glibc

extension RecordTime {
  /// The machine's clock.
  static var now: RecordTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return RecordTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
