package import AuditModel

/// From causes to messages. Pure: the store hands in what it knows and writes down what comes out, in one transaction with the evidence.
///
/// A stage does one thing to the draft; this is the one place that says which there are and in which order.
package struct AlertPipeline: Sendable {
  package let rules: AlertRules
  private let stages: [any AlertStage]

  package init(rules: AlertRules) {
    self.rules = rules
    stages = [
      GroupStage(rules: rules),
      OrderStage(),
      ResolveStage(rules: rules),
      InhibitStage(rules: rules),
      SilenceStage(rules: rules),
      TransitionStage(),
      EscalateStage(rules: rules),
      RouteStage(rules: rules),
      DeduplicateStage(),
      FoldStage(rules: rules),
    ]
  }

  /// One step.
  /// - Parameters:
  ///   - causes: what was found since the step before, in order.
  ///   - orders: what people said.
  ///   - now: our clock.
  ///   - watchingSince: since when somebody looks for causes without a break; quiet before that is no quiet.
  package func step(
    _ board: AlertBoard, causes: [AlertCause] = [], orders: [AlertOrder] = [], now: RecordTime,
    watchingSince: RecordTime
  ) -> AlertStep {
    var draft = AlertDraft(board, causes: causes, orders: orders, now: now, watchingSince: watchingSince)
    for stage in stages { stage.apply(to: &draft) }
    return draft.step
  }
}

/// One thing that is done on the way.
protocol AlertStage: Sendable {
  func apply(to draft: inout AlertDraft)
}
