import AuditConfig
import AuditDetect
import AuditModel

extension Configuration {
  /// How the records of `tenant` are watched.
  /// - Parameter geo: what `GeoDatabaseFile.read` gave; one for all tenants.
  func detection(for tenant: TenantID, geo: GeoDatabase?) -> DetectionSettings {
    var settings = DetectionSettings()
    settings.take(habits, geo: geo)
    return settings
  }
}
