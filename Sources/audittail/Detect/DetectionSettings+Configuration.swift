import AuditConfig
import AuditDetect
import AuditModel

extension Configuration {
  /// How the records of `tenant` are watched.
  func detection(for tenant: TenantID) -> DetectionSettings {
    DetectionSettings()
  }
}
