import AuditConfig
import AuditModel
import AuditParse
import AuditRedact

extension LineIntake {
  /// The intake of an installation: its dialects, its zone, its limits.
  init(
    collector: Int32, policy: RedactionPolicy, _ configuration: Configuration, notesOrder: Bool = false,
    yearNear: RecordTime? = nil
  ) {
    var limits = OpenEvents.Limits()
    limits.documentBytesMax = configuration.limits.lineBytesMax
    self.init(
      collector: collector, policy: policy, mappings: configuration.dialects,
      assumesUTC: configuration.collector.assumesUTC,
      limits: limits, notesOrder: notesOrder, yearNear: yearNear)
  }
}
