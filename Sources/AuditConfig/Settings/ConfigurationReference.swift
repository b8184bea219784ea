import AuditModel

/// The reference for operators, `schemas/config.md`, made from the table of settings.
package enum ConfigurationReference {
  /// The whole file, in Markdown.
  package static var markdown: String {
    let configuration = rows(SettingTable.installation, of: Configuration()) { setting in
      (setting.key.path, "`\(setting.key.environmentName)`", setting.flag.map { "`\($0)`" } ?? "")
    }
    let tenant = rows(SettingTable.tenant, of: Configuration.Tenant()) { setting in
      (SettingScope.fullKey(setting.key.path, ofTenant: "<name>"), "", "")
    }
    let dialect = rows(SettingTable.dialect, of: FieldMapping(name: "")) { setting in
      (SettingScope.fullKey(setting.key.path, ofDialect: "<name>"), "", "")
    }
    return introduction + header + configuration + "\n" + tenants + header + tenant + "\n" + dialects + header + dialect
      + lists
  }

  private static let introduction = """
    # Configuration

    <!-- Made from the table of settings; AUDITTAIL_TEST_WRITE_REFERENCE=1 swift test writes it anew. -->

    Flags win over the environment, the environment over the file, and the file over defaults. The file is YAML and is
    named by `--config` or `AUDITTAIL_CONFIG`; the dots of a key are its sections:

    ```yaml
    database: postgresql://audittail@db.example/audit
    collector:
      files:
        - /var/log/containers/*_mcp-org-*.log
    tenants:
      acme:
        retention:
          keep: 365d
    ```

    - Durations are numbers with units, from large to small: `90d`, `12h`, `30s`, `500ms`, `1h30m`. A day is 24 hours.
    - Sizes are bytes or a number with a unit: `512B`, `10KB` (1000 bytes each), `64MiB` (1024 KiB each).
    - A list is written with commas in the environment, and as a repeated flag on the command line. A source that sets a
      list replaces it.
    - An empty variable is the same as none.

    `audittail check` explains what holds, where each value comes from, and every key that is wrong or unknown.


    """

  private static let tenants = """
    What a tenant has of its own stands in the file only:


    """

  private static let dialects = """
    A dialect of your own stands in the file only. The first one whose `match` holds reads the line, in the order of their names:

    ```yaml
    dialects:
      shop:
        match:
          - /kind=tool-call
          - /call/name
        fields:
          - time=/when
          - tool=/call/name
          - user=/who/id
          - args=/call/input
          - durationMs=/took
          - server="shop"
    ```

    The columns are \(FieldMapping.Column.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")). What no field takes is kept in
    `extra`.


    """

  private static let header = """
    | Key | Value | Default | Environment | Flag | |
    |---|---|---|---|---|---|

    """

  private static var lists: String {
    SectionList.allCases.map { list in
      let rows = list.fields.map { field in
        "| `\(field.name)` | \(field.type) | \(field.isRequired ? "yes" : "") | \(field.doc) |\n"
      }
      return "\n## `\(list.rawValue)`\n\n\(list.doc) "
        + (list.isOfTenants ? "Also under `tenants.<name>`; in the file only.\n\n" : "In the file only.\n\n")
        + "| Field | Value | Needed | |\n|---|---|---|---|\n" + rows.joined()
    }.joined() + example
  }

  private static let example = """

    ```yaml
    redaction:
      rules:
        - name: employee
          pattern: '\\bEMP-(\\d{6})\\b'
        - name: badge
          keywords: [badge, ausweis]
          pattern: '\\b[A-Z]\\d{4}\\b'
        - name: birthday
          paths: [/args/birthday, /args/people/*/birthday]
          pattern: '.+'
      tests:
        - input: ask EMP-123456 about it
          expect: ask EMP-[REDACTED:custom.employee] about it
        - input: '{"args":{"birthday":"1990-01-02","due":"2026-01-02"}}'
          rule: birthday
          removes: 1990-01-02
        - input: room A1234
          keeps: true
    ```

    ```yaml
    alerts:
      console: https://audittail.example
      receivers:
        - name: oncall
          type: alertmanager
          url: http://alertmanager.monitoring:9093
        - name: security
          type: webhook
          url: https://hooks.example/audit
          secret_files: [/run/secrets/hook, /run/secrets/hook-before]
        - name: chat
          type: slack
          url_file: /run/secrets/slack
      routes:
        - match: [severity>=critical]
          receivers: [oncall, chat]
          escalate_after: 15m
          escalate_to: [security]
        - match: [tenant=acme]
          receivers: [security]
        - receivers: [chat]
      maintenance:
        - name: batch night
          author: kim
          reason: month-end exports
          match: [detector=data-volume]
          weekly: Sat 22:00
          length: 6h
    ```

    """

  private static func rows<Owner>(
    _ table: [Setting<Owner>], of defaults: Owner,
    names: (SettingDescription) -> (key: String, environment: String, flag: String)
  ) -> String {
    table.map { setting in
      let (key, environment, flag) = names(setting.description)
      let value = setting.show(defaults).map { "`\($0)`" } ?? setting.description.absent
      let cells = ["`\(key)`", setting.description.type, value, environment, flag, setting.description.doc]
      return "| " + cells.joined(separator: " | ") + " |\n"
    }.joined()
  }
}
