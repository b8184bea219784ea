import AuditModel
package import Logging

/// Keeps a `PodDirectory` up to date: one list, then one watch after another, as `PodWatch` decides. Returns when it is cancelled, and
/// throws nothing: without an API server the program goes on with what paths say.
package struct PodMetadataService: Sendable {
  private let access: ClusterAccess
  private let node: String
  private let selection: PodSelection
  private let directory: PodDirectory
  private let limits: KubernetesLimits
  private let logger: Logger
  private let jitter: @Sendable () -> Double

  package init(
    access: ClusterAccess, node: String, selection: PodSelection, directory: PodDirectory,
    limits: KubernetesLimits = KubernetesLimits(), logger: Logger,
    jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
  ) {
    self.access = access
    self.node = node
    self.selection = selection
    self.directory = directory
    self.limits = limits
    self.logger = logger
    self.jitter = jitter
  }

  package func run() async {
    let api = PodAPI(access: access, node: node, limits: limits)
    var run = Run(service: self, api: api)
    await run.untilCancelled()
    await api.close()
  }

  /// What one run remembers.
  private struct Run {
    let service: PodMetadataService
    let api: PodAPI
    var watch: PodWatch
    /// What was said last; the same trouble is told once.
    var told: APIFailure?
    var malformed = 0
    var isRefusalTold = false

    init(service: PodMetadataService, api: PodAPI) {
      self.service = service
      self.api = api
      watch = PodWatch(limits: service.limits, jitter: service.jitter)
    }

    /// A new one for each request: what a large list needed is given back.
    private var reader: PodObjectReader {
      PodObjectReader(node: service.node, selection: service.selection, limits: service.limits)
    }

    mutating func untilCancelled() async {
      var action = watch.start()
      while !Task.isCancelled {
        do throws(APIFailure) {
          action = try await perform(action)
        } catch {
          if Task.isCancelled { return }
          tell(error)
          action = watch.failed(error)
        }
      }
    }

    private mutating func perform(_ action: PodWatch.Action) async throws(APIFailure) -> PodWatch.Action {
      switch action {
      case .pause(let duration):
        try? await Task.sleep(for: duration)
        return watch.pauseEnded()
      case .list(let request): return try await list(request)
      case .watch(let version, let seconds): return try await follow(from: version, seconds)
      }
    }

    private mutating func list(_ request: PodListRequest) async throws(APIFailure) -> PodWatch.Action {
      let bytes = try await api.list(request)
      var reader = self.reader
      let page = try reader.page(bytes.span)
      let isLastPage = page.continueToken?.isEmpty ?? true
      service.directory.take(
        page.pods, isFirstPage: request.continueToken == nil, isLastPage: isLastPage, now: .now)
      noteMalformed(page.malformed)
      noteRefused()
      if isLastPage { recovered() }
      return watch.listed(resourceVersion: page.resourceVersion, continueToken: page.continueToken)
    }

    private mutating func follow(from version: String, _ seconds: Int) async throws(APIFailure) -> PodWatch.Action {
      let began = ContinuousClock.now
      var lines = WatchLines(bytesMax: service.limits.eventBytesMax)
      var reader = self.reader
      var watch = self.watch
      var failure: APIFailure?
      do throws(APIFailure) {
        try await api.watch(from: version, seconds: seconds) { piece throws(APIFailure) in
          try lines.take(piece) { line throws(APIFailure) in
            let event = try reader.event(line)
            service.directory.take(event, now: .now)
            switch event {
            case .changed(let pod): watch.observed(resourceVersion: pod.resourceVersion)
            case .deleted(_, let version), .bookmark(let version): watch.observed(resourceVersion: version)
            case .error(let failure): throw failure
            }
          }
        }
      } catch {
        failure = error
      }
      self.watch = watch
      noteMalformed(lines.skipped)
      noteRefused()
      if let failure { throw failure }
      recovered()
      return self.watch.watchEnded(after: .now - began)
    }

    private mutating func tell(_ failure: APIFailure) {
      // A version that got too old is everyday life.
      if failure == told || failure == .expired { return }
      told = failure
      service.logger.warning(
        "Pods' metadata is not up to date; names come from the paths of the log files meanwhile.",
        metadata: ["node": "\(service.node)", "reason": "\(failure)"])
    }

    private mutating func recovered() {
      guard told != nil else { return }
      told = nil
      service.logger.notice("Pods' metadata is up to date again.", metadata: ["node": "\(service.node)"])
    }

    private mutating func noteRefused() {
      guard !isRefusalTold, service.directory.refused > 0 else { return }
      isRefusalTold = true
      service.logger.warning(
        "There are more pods than are kept; the labels of the others stay unknown.",
        metadata: ["pods": "\(service.limits.podsMax)"])
    }

    private mutating func noteMalformed(_ count: Int) {
      if count > 0, malformed == 0 {
        service.logger.warning("The API server sent objects that are no pods or too large; they are left out.")
      }
      malformed += count
    }
  }
}
