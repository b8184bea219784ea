/// Values from the command line, which the commands' own parser has already split into settings.
struct FlagSource {
  let values: [SettingKey: [String]]

  func read(into assembly: inout ConfigurationAssembly) {
    for setting in SettingScope.installation.descriptions {
      guard let texts = values[setting.key], !texts.isEmpty else { continue }
      guard let flag = setting.flag else { preconditionFailure("\(setting.key) has no flag") }
      assembly.set(setting.key.path, in: .installation, to: texts, from: .flag(name: flag))
    }
  }
}
