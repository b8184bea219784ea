import AuditConfig
import AuditDetect
import AuditModel

extension Configuration {
  /// How the records of `tenant` are watched.
  /// - Parameter geo: what `GeoDatabaseFile.read` gave; one for all tenants.
  func detection(for tenant: TenantID, geo: GeoDatabase?) -> DetectionSettings {
    var settings = DetectionSettings()
    settings.take(habits, geo: geo)
    let detect = detect(for: tenant)
    settings.budget = detect.budget
    for rule in detect.modes {
      for kind in DetectorKind.allCases where rule.detector == "all" || rule.detector == kind.rawValue {
        settings.modes[kind] = DetectorMode(rawValue: rule.mode.rawValue)
      }
    }
    return settings
  }
}
