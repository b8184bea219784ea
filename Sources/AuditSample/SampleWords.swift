/// The words that sample arguments, errors and other output are made of.
enum SampleWords {
  static let nouns: [StaticString] = [
    "harvest", "ledgers", "shipment", "warehouse", "payroll", "catalog", "voucher", "carrier", "supplier", "inventory",
    "refund", "checkout", "basket", "courier", "dispatch", "backlog", "sprint", "milestone", "snapshot", "replica",
    "gateway", "scheduler", "worker", "batch", "fixture", "tariff", "meter", "sensor", "turbine", "orchard", "harbor",
    "meadow", "canyon", "glacier", "lantern", "compass", "anchor", "beacon", "quarry", "prairie", "summit", "delta",
    "northern", "southern", "coastal", "inland", "weekly", "monthly", "annual", "interim", "final", "pilot",
  ]
  static let folders: [StaticString] = [
    "/data/team/", "/projects/web/", "/exports/finance/", "/home/robot/drafts/", "/archive/contracts/",
  ]
  static let endings: [StaticString] = [".txt", ".swift", ".csv", ".yml", ".pdf", ".sql"]
  static let clients: [StaticString] = ["desktop-app", "ide-plugin", "chat-bridge", "batch-agent"]

  /// Not ASCII, or escaped: what simple scanners get wrong. Already in JSON's spelling.
  static let unusual: [StaticString] = [
    "Łódź, Köln, São Paulo", "四半期の売上 ✓", "naïve façade – Ω", "🚢 délivré", #"she said \"later\""#,
    #"first\nsecond\tthird"#, #"D:\\reports\\q3"#, #"\u00fcber \u2713 \ud83d\ude80"#,
  ]

  /// Why calls fail, in JSON's spelling. The first two are those of a refused sign-in.
  static let failures: [StaticString] = [
    "401 Unauthorized: invalid credentials", "403 Forbidden: account is locked", "upstream timed out after 15000 ms",
    #"column \"shipped_on\" does not exist"#, "429 Too Many Requests, retry in 20 s", "no such file or directory",
    "502 Bad Gateway", "invalid arguments: $.filter must be an object",
  ]
  static let refusedSignIns = 0..<2
}
