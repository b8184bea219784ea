import AuditModel

/// Whose settings are meant: the installation's, or one tenant's own.
enum SettingScope: Hashable {
  case installation
  case tenant(TenantID)
  /// A dialect of the operator's own.
  case dialect(String)

  /// The section of the file that holds the tenants by name.
  static let tenantsSection = "tenants"
  /// The section of the file that holds the operator's own dialects by name.
  static let dialectsSection = "dialects"

  var descriptions: [SettingDescription] {
    switch self {
    case .installation: SettingTable.installation.map(\.description)
    case .tenant: SettingTable.tenant.map(\.description)
    case .dialect: SettingTable.dialect.map(\.description)
    }
  }

  /// The key as the operator sees it; `path` is relative to the scope.
  func fullKey(_ path: String) -> String {
    switch self {
    case .installation: path
    case .tenant(let tenant): Self.fullKey(path, ofTenant: tenant.name)
    case .dialect(let name): Self.fullKey(path, ofDialect: name)
    }
  }

  static func fullKey(_ path: String, ofTenant name: String) -> String {
    "\(tenantsSection).\(name).\(path)"
  }

  static func fullKey(_ path: String, ofDialect name: String) -> String {
    "\(dialectsSection).\(name).\(path)"
  }

  /// The lists of sections that may stand in it.
  var lists: [String] {
    switch self {
    case .installation: SectionList.allCases.map(\.rawValue)
    case .tenant: SectionList.allCases.filter(\.isOfTenants).map(\.rawValue)
    case .dialect: []
    }
  }

  /// Every name that may stand in a file, relative to the scope: settings and the sections around them.
  var validNames: [String] {
    let own = descriptions.map(\.key.path) + Set(descriptions.flatMap { sectionsAround($0.key.path) }).sorted()
    return own + lists + (self == .installation ? [Self.tenantsSection, Self.dialectsSection] : [])
  }

  /// The settings directly or indirectly below `section`, relative to it; empty where there is no such section.
  func settings(below section: String) -> [String] {
    descriptions.map(\.key.path).filter { $0.hasPrefix(section + ".") }.map { String($0.dropFirst(section.count + 1)) }
  }

  private func sectionsAround(_ path: String) -> [String] {
    path.indices.filter { path[$0] == "." }.map { String(path[..<$0]) }
  }
}
