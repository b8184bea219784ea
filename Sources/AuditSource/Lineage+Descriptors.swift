import AuditModel

extension Lineage {
  /// Log files that are open now.
  package var openCount: Int { queue.count { $0.file.isOpen } + left.count { $0.file.isOpen } }

  /// Whether a file that it knows has no name any more.
  package var isMissingFiles: Bool {
    seen.values.contains { $0.missing > 0 } || unbegun.values.contains { $0.missing > 0 }
  }

  /// Gives its descriptors back until it is read again. Only for a lineage whose files are all where discovery found them.
  package func release() {
    for file in queue + left { file.file.release() }
  }

  /// Takes note of the names that its files have now, under which they are opened again.
  package func rename(_ found: [FileDiscovery.Found]) {
    for file in queue + left where !found.isEmpty {
      guard let now = found.first(where: { $0.status.identity == file.file.identity }), now.path != file.file.path
      else { continue }
      file.file.renamed(to: now.path)
    }
  }
}
