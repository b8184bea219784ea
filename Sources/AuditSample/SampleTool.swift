/// A tool that the sample servers offer, the most used ones first.
struct SampleTool: Sendable {
  /// What its arguments look like.
  enum Family: Sendable {
    case database, file, repository, message, account
  }

  let name: StaticString
  let family: Family

  static func index(of name: String) -> Int {
    guard let found = all.firstIndex(where: { $0.name.description == name }) else {
      preconditionFailure("There is no sample tool of this name.")
    }
    return found
  }

  static let all: [SampleTool] = [
    SampleTool(name: "sql_select", family: .database), SampleTool(name: "open_document", family: .file),
    SampleTool(name: "grep_repository", family: .repository), SampleTool(name: "find_account", family: .account),
    SampleTool(name: "list_merge_requests", family: .repository), SampleTool(name: "post_to_channel", family: .message),
    SampleTool(name: "browse_folder", family: .file), SampleTool(name: "describe_table", family: .database),
    SampleTool(name: "read_ticket", family: .account), SampleTool(name: "draft_reply", family: .message),
    SampleTool(name: "fetch_page", family: .file), SampleTool(name: "commit_history", family: .repository),
    SampleTool(name: "account_timeline", family: .account), SampleTool(name: "save_document", family: .file),
    SampleTool(name: "explain_plan", family: .database), SampleTool(name: "review_diff", family: .repository),
    SampleTool(name: "book_meeting", family: .message), SampleTool(name: "update_ticket", family: .account),
    SampleTool(name: "semantic_lookup", family: .database), SampleTool(name: "open_issue", family: .repository),
    SampleTool(name: "render_chart", family: .file), SampleTool(name: "billing_summary", family: .account),
    SampleTool(name: "pipeline_status", family: .repository), SampleTool(name: "translate", family: .message),
    SampleTool(name: "tail_service_log", family: .file), SampleTool(name: "sql_insert", family: .database),
    SampleTool(name: "convert_image", family: .file), SampleTool(name: "send_invoice", family: .message),
    SampleTool(name: "merge_branch", family: .repository), SampleTool(name: "authenticate", family: .account),
    SampleTool(name: "list_members", family: .account), SampleTool(name: "notify_oncall", family: .message),
    SampleTool(name: "bulk_export", family: .database), SampleTool(name: "rollback_release", family: .repository),
    SampleTool(name: "share_link", family: .file), SampleTool(name: "change_role", family: .account),
    SampleTool(name: "vault_metadata", family: .file), SampleTool(name: "rotate_keypair", family: .account),
    SampleTool(name: "purge_backup", family: .file), SampleTool(name: "truncate_table", family: .database),
  ]
}
