import AuditConfig

/// A loader over one file in memory, named `audittail.yaml`, and nothing of the machine.
func loader(_ yaml: String? = nil, environment: [String: String] = [:]) -> ConfigurationLoader {
  ConfigurationLoader(environment: environment) { path throws(FileReadProblem) in
    guard let yaml, path == "audittail.yaml" else { throw .notFound }
    return yaml
  }
}

/// The problems of a file, one line each.
func problems(_ yaml: String, environment: [String: String] = [:]) -> [String] {
  loader(yaml, environment: environment).examine(file: "audittail.yaml").problems.map(\.description)
}
