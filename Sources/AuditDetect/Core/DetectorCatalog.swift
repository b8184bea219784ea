/// Every detector there is, in the order in which they see a record.
enum DetectorCatalog {
  static let all: [any Detector.Type] = []
}
