extension SectionField {
  static let ofReceiver = [
    SectionField("name", "text", isRequired: true, "1 to 32 of a-z, 0-9, - and _."),
    SectionField(
      "type", "webhook, alertmanager, pagerduty, opsgenie, slack, teams or mail", isRequired: true,
      "webhook is the Standard Webhooks specification's, with the body of webhook.v1.json."),
    SectionField("url", "URL", "Where it is; not needed for mail, and PagerDuty and Opsgenie have one."),
    SectionField("url_file", "path", "A file that holds it: of Slack and Teams the address is the secret."),
    SectionField("url_env", "variable", "A variable that holds it."),
    SectionField(
      "secret_files", "list of paths", isList: true,
      "Files with its secrets, the newest first: whsec_… of a webhook (each of them signs), the routing key of PagerDuty, the API key of "
        + "Opsgenie, a bearer token of an Alertmanager."),
    SectionField("secret_env", "list of variables", isList: true, "Variables that hold them."),
    SectionField("ca_file", "path", "PEM file of the authorities that sign its certificate; without it the system's."),
    SectionField("rate", "whole number", "Messages a minute, 60 unless given."),
    SectionField("concurrency", "whole number", "Messages at a time, 4 unless given."),
    SectionField("timeout", "duration", "Longest time of an attempt, 15s unless given."),
    SectionField("title", "Mustache template", "The title, or subject of a mail."),
    SectionField("text", "Mustache template", "The text."),
    SectionField("mail_from", "address", "Of a mail's sender."),
    SectionField("mail_to", "list of addresses", isList: true, "Of a mail's recipients."),
    SectionField("sendmail", "path", "The command that takes mails, /usr/sbin/sendmail unless given."),
    SectionField("heartbeat", "true", "It gets the dead man's switch."),
  ]

  static let ofRoute = [
    SectionField("receivers", "list of names", isList: true, isRequired: true, "Who is told; empty: nobody."),
    SectionField("match", "list of conditions", isList: true, "All of them hold; without any, everything matches."),
    SectionField("continue", "true", "Routes behind it are looked at as well."),
    SectionField("escalate_after", "duration", "After this time without acknowledgement others are told."),
    SectionField("escalate_to", "list of names", isList: true, "Who they are."),
  ]

  static let ofInhibition = [
    SectionField("source", "list of conditions", isList: true, isRequired: true, "The alert that explains."),
    SectionField("target", "list of conditions", isList: true, isRequired: true, "The alerts that it explains."),
    SectionField("equal", "list of labels", isList: true, "Labels that both have to have alike."),
  ]

  static let ofMaintenance = [
    SectionField("name", "text", isRequired: true, "What it is called in messages."),
    SectionField("author", "text", isRequired: true, "Who says so."),
    SectionField("reason", "text", isRequired: true, "Why."),
    SectionField("match", "list of conditions", isList: true, "Which alerts; without any, all."),
    SectionField("weekly", "day and time", "When it begins each week, in UTC, such as `Sat 22:00`."),
    SectionField("length", "duration", "How long it is, with `weekly`."),
    SectionField("from", "RFC 3339 time", "When it begins, with `until`."),
    SectionField("until", "RFC 3339 time", "When it ends."),
  ]

  static let ofLabels = [
    SectionField("labels", "list of label=value", isList: true, isRequired: true, "What they get."),
    SectionField("match", "list of conditions", isList: true, "Which alerts; without any, all."),
  ]
}
