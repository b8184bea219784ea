/// Every detector there is, in the order in which they see a record.
enum DetectorCatalog {
  static let all: [any Detector.Type] = [
    RateDetector.self,
    HealthDetector.self,
    VolumeDetector.self,
    AuthFailureDetector.self,
    BudgetDetector.self,
    SilenceDetector.self,
    ToolSequenceDetector.self,
    OffHoursDetector.self,
    GeoDetector.self,
    FirstUseDetector.self,
    ToolCollisionDetector.self,
  ]
}
