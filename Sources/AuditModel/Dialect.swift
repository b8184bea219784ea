/// In which words a line said what it said; the code is what the column holds, and never changes its meaning.
package enum Dialect: Int16, CaseIterable, Sendable {
  /// `timestamp, tool, userId, sessionId, args, status, durationMs, error`
  case middleware = 1
  /// `timestamp, level, event, tool, client_id, arguments, duration_ms, status, result_size_bytes`
  case structured = 2
  /// OpenTelemetry's attributes of MCP and GenAI, flat, in `attributes`, or as OTLP/JSON.
  case openTelemetry = 3
  /// JSON-RPC messages of `tools/call`, request and response as one record.
  case mcp = 4
  /// The text that `docker mcp gateway --log-calls` prints.
  case dockerGateway = 5
  /// `audit.k8s.io/v1` events, and the text that API servers wrote before them.
  case kubernetes = 6
  /// Audit events of ToolHive.
  case toolhive = 7
  /// Router lines and Envoy access logs of Kuadrant's MCP gateway.
  case kuadrant = 8
  /// Rows that Lasso's MCP gateway logs through xetrack.
  case lasso = 9
  /// Audit entries of OpenBao and Vault.
  case openbao = 10
  /// Lines of PostgreSQL's pgaudit.
  case pgaudit = 11
  /// What the operator's own mapping says, `dialects.<name>` in the configuration.
  case mapped = 12

  package var name: String {
    switch self {
    case .middleware: "middleware"
    case .structured: "structured"
    case .openTelemetry: "opentelemetry"
    case .mcp: "mcp"
    case .dockerGateway: "docker-gateway"
    case .kubernetes: "kubernetes"
    case .toolhive: "toolhive"
    case .kuadrant: "kuadrant"
    case .lasso: "lasso"
    case .openbao: "openbao"
    case .pgaudit: "pgaudit"
    case .mapped: "mapped"
    }
  }
}
