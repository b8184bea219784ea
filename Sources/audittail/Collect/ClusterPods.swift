import AuditConfig
import AuditKubernetes
import AuditModel
import AuditStore
import Glibc
import Logging

/// What the collector knows of its cluster: the service that asks the API server, and what it found.
struct ClusterPods: Sendable {
  let directory: PodDirectory
  let service: PodMetadataService

  /// - Returns: nil where no API server is asked: it is off, or this is no cluster.
  init?(_ configuration: Configuration, environment: [String: String], logger: Logger) throws {
    let settings = configuration.kubernetes
    guard settings.metadata != .off else { return nil }
    guard let access = ClusterAccess(environment: environment, directory: settings.serviceAccount) else {
      guard settings.metadata == .auto else {
        throw CommandFailure(
          .configuration, "kubernetes.metadata is on, but KUBERNETES_SERVICE_HOST and _PORT name no API server here.")
      }
      return nil
    }
    guard let node = settings.node ?? environment["NODE_NAME"], !node.isEmpty else {
      let advice = "set kubernetes.node or NODE_NAME to the node's name (spec.nodeName)"
      if settings.metadata == .on || settings.tenantLabel != nil {
        throw CommandFailure(.configuration, "Whose pods to ask the API server for is not known: \(advice).")
      }
      logger.warning("Pods' labels stay unknown: \(advice).")
      return nil
    }
    directory = PodDirectory()
    service = PodMetadataService(
      access: access, node: node,
      selection: PodSelection(
        labels: settings.labels, annotations: settings.annotations, tenantLabel: settings.tenantLabel),
      directory: directory, logger: logger)
  }

  /// Stores what becomes known of pods for the time of `body`, and, where there is an end to come to, what is known by then.
  func recording<T: Sendable>(
    _ notes: PodNotes, _ run: CollectorRun, _ store: Store, collector: Int32, _ logger: Logger,
    _ body: @Sendable () async throws -> T
  ) async throws -> T {
    let aside = store.another("audittail pods")
    let recorder = PodRecorder(
      store: aside, collector: collector, directory: directory, notes: notes, configuration: run.configuration,
      logger: logger)
    do {
      let value = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await recorder.run() }
        let value = try await body()
        if run.isOnce { await settle(notes, within: run.configuration.kubernetes.tenantWait) }
        group.cancelAll()
        return value
      }
      await aside.close()
      return value
    } catch {
      await aside.close()
      throw error
    }
  }

  /// Waits until everything that the API server said of the pods that were read is stored.
  private func settle(_ notes: PodNotes, within limit: Duration) async {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end, !Task.isCancelled, !(directory.isSynced && notes.isWritten) {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }
}
