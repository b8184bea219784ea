import AuditConfig
import AuditDetect
import AuditModel
import Glibc

extension DetectionSettings {
  /// Takes over what the configuration says of calendar, places and dangerous tools.
  mutating func take(_ habits: Configuration.Habits, geo: GeoDatabase?) {
    geoDatabase = geo
    deniedCountries = Set(habits.deniedCountries)
    proxies = habits.proxies
    dangerousTools = habits.dangerousTools
    teamBudgets = Dictionary(habits.teamBudgets.map { ($0.name, $0.amount) }) { $1 }
    toolCosts = Dictionary(habits.toolCosts.map { ($0.name, $0.amount) }) { $1 }
    holidays = Set(habits.holidays)
    maintenance = habits.maintenance.map { MaintenanceWindow(start: $0.start, end: $0.end) }
    if !habits.businessHours.isEmpty {
      var days = [Range<Int>?](repeating: nil, count: 7)
      for hours in habits.businessHours {
        for day in hours.days { days[day] = Self.together(days[day], hours.minutes) }
      }
      businessHours = BusinessHours(days: days, offset: habits.utcOffset)
    }
  }

  private static func together(_ left: Range<Int>?, _ right: Range<Int>) -> Range<Int> {
    guard let left else { return right }
    return min(left.lowerBound, right.lowerBound)..<max(left.upperBound, right.upperBound)
  }
}

/// The file that says where addresses are.
enum GeoDatabaseFile {
  /// Larger files are refused: the largest city database has about 130 MB.
  private static let bytesMax = 512 << 20

  /// The database that the configuration names, read once for all tenants; nil where it names none.
  static func read(_ configuration: Configuration) throws(CommandFailure) -> GeoDatabase? {
    guard let path = configuration.habits.geoDatabase else { return nil }
    return try read(path)
  }

  static func read(_ path: String) throws(CommandFailure) -> GeoDatabase {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure(path, String(cString: strerror(errno))) }
    guard size <= bytesMax else { throw failure(path, "it has more than \(bytesMax >> 20) MiB") }
    var problem: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < buffer.count {
        let got = Glibc.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { problem = String(cString: strerror(errno)) }
        if got <= 0 { return }
        count += got
      }
    }
    if let problem { throw failure(path, problem) }
    do throws(GeoDatabase.Failure) {
      return try GeoDatabase(bytes: bytes)
    } catch {
      throw failure(path, "\(error)")
    }
  }

  private static func failure(_ path: String, _ why: String) -> CommandFailure {
    CommandFailure(.configuration, "detect.geo.database: \(path) cannot be used: \(why).")
  }
}
