/// Shapes of credentials that public documentation and secret scanners describe, one vendor a line:
/// name, then `pattern tail` pairs as `TokenShape` reads them.
enum TokenTable {
  static let rows: [(vendor: String, shapes: [(pattern: String, tail: String)])] = cloud + code + models + services

  /// Prefixes that nothing else begins with: eight characters behind one are a credential, or were meant as one,
  /// whatever they look like. Behind `~` stand those that names may begin with: there a digit or capital is asked for,
  /// and behind an underscore no further one.
  static let distinctive: [(vendor: String, prefixes: String)] = [
    ("aws", "AKIA ~|ASIA ~|ABIA"), ("gcp", "AIza ya29. GOCSPX-"), ("digitalocean", "dop_v1_ doo_v1_ dor_v1_"),
    ("tailscale", "tskey-"), ("planetscale", "pscale_tkn_ pscale_pw_ ~pscale_oauth_"),
    ("supabase", "~|sbp_ sb_secret_"), ("hashicorp", "hvs. hvb. hvr. ~|s.CAES"), ("heroku", "HRKU-"),
    ("doppler", "dp.pt. dp.st. dp.sa. dp.ct. dp.scim. dp.audit."),
    ("github", "ghp_ gho_ ~ghu_ ~ghs_ ~ghr_ ~github_pat_"),
    ("gitlab", "glpat- gldt- glptt- glrt- glcbt- glsoat- gloas- GR1348941"), ("atlassian", "ATATT3 ATCTT3"),
    ("npm", "~npm_"), ("pypi", "pypi-AgE"), ("rubygems", "~rubygems_"), ("docker", "dckr_pat_ dckr_oat_"),
    ("sonar", "~|sqp_ ~|squ_ ~|sqa_"), ("sentry", "sntrys_ sntryu_"), ("postman", "PMAK- PMAT-"),
    ("linear", "lin_api_ lin_oauth_"), ("figma", "figd_"), ("age", "AGE-SECRET-KEY-1"),
    ("anthropic", "sk-ant-"), ("openai", "sk-proj- sk-svcacct- sk-admin- ~|sk-"), ("openrouter", "sk-or-"),
    ("huggingface", "~|hf_"), ("groq", "~|gsk_"), ("replicate", "~|r8_"),
    ("tavily", "tvly-"), ("nvidia", "nvapi-"), ("langsmith", "lsv2_pt_ lsv2_sk_"), ("langfuse", "sk-lf-"),
    ("pinecone", "pcsk_"), ("posthog", "~|phc_ ~|phx_"), ("e2b", "~|e2b_"),
    ("slack", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxe. xoxc- xoxd- ~xapp- xwfp-"),
    ("stripe", "sk_live_ sk_test_ rk_live_ rk_test_ ~whsec_"), ("square", "sq0atp- sq0csp-"),
    ("razorpay", "rzp_live_ rzp_test_"), ("shopify", "shpat_ shpca_ shppa_ shpss_"), ("sendgrid", "~|SG."),
    ("brevo", "xkeysib- xsmtpsib-"), ("newrelic", "NRAK- NRII- NRJS-"), ("grafana", "glsa_ ~|glc_"),
    ("hubspot", "pat-na1- pat-eu1-"), ("contentful", "CFPAT-"), ("riot", "RGAPI-"),
  ]

  private static func each(_ patterns: String, _ tail: String) -> [(pattern: String, tail: String)] {
    patterns.split(separator: " ").map { (String($0), tail) }
  }

  /// `s.` and 24 letters and digits; the keyword filter wants three bytes, so one shape for each third.
  private static let vaultLegacy = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    .map { ("|s.\($0)", "a23#") }

  private static let cloud: [(vendor: String, shapes: [(pattern: String, tail: String)])] = [
    ("aws", each("AKIA ASIA ABIA ACCA", "u16") + each("|A3T", "u17") + each("ABSK", "b60")),
    ("aws_session", each("FwoGZXIvYXdz IQoJb3JpZ2lu FQoGZXIvYXdz AQoDYXdz AQoEXAMPLE", "b40")),
    ("aws_mws", each("amzn.mws.", "t30") + each("amzn1.oa2-cs.v1.", "a30")),
    ("gcp", each("AIza", "t30") + each("ya29.", "t20") + each("GOCSPX-", "t16") + each("1//0", "t30")),
    ("gcp_hmac", each("|GOOG1E", "u50") + each("|GOOG", "u20")),
    ("azure_ad", (0...9).map { ("x3<\($0)Q~", "x28") }),
    ("azure_key", each("b20<+ASt b20<AzFu b20<AzSe b20<ACDb b20<AIoT b20<AzCa b20<JQQJ99 b20<+AMC b20<ACRD", "b6")),
    ("alibaba", each("|LTAI", "a12")),
    ("tencent", each("|AKID", "a20")),
    ("volcengine", each("|AKLT", "t30")),
    ("yandex", each("AQVN", "t30") + each("|t1.", "t5 '.' t60") + each("|YCAJE |YCAJ", "t30") + each("|y0_", "t40")),
    ("digitalocean", each("dop_v1_ doo_v1_ dor_v1_", "h30")),
    ("scaleway", each("|SCW", "u17")),
    ("heroku", each("HRKU-", "t20")),
    ("fly", each("fm1_ fm1a_ fm1r_ fm2_ fo1_", "b30")),
    ("cloudflare", each("|v1.0-", "h20 '-' h60")),
    ("tailscale", each("tskey-", "t12")),
    ("databricks", each("dapi", "h30") + each("|dose", "h32")),
    ("dynatrace", each("dt0c01. dt0s01. dt0s02. dt0s03. dt0s04. dt0s06. dt0s08. dt0a01. dt0e01.", "a8 '.' a16")),
    ("planetscale", each("pscale_tkn_ pscale_oauth_ pscale_pw_ pscale_sid_", "x16")),
    ("neon", each("napi_ neon_api_", "l30")),
    ("supabase", each("sbp_ sb_secret_", "t20")),
    ("netlify", each("nfp_ nfc_ nfo_ nfu_ nfb_", "a20")),
    ("vercel", each("vcp_ vci_ vca_ vcr_ vck_", "a20") + each("vercel_blob_rw_", "w20")),
    ("render", each("|rnd_", "a20")),
    ("cockroach", each("CCDB1_", "a16 '_' a20")),
    ("mongodb_atlas", each("mdb_sa_sk_", "t20")),
    ("aiven", each("AVNS_ aivenv1", "t12")),
    ("confluent", each("|cflt", "b50")),
    ("elastic", each("essu_", "b30")),
    (
      "hashicorp",
      each("hvs. hvb. hvr.", "t20") + vaultLegacy
        + each("a8<.atlasv1.", "t30")
    ),
    ("doppler", each("dp.pt. dp.st. dp.sa. dp.ct. dp.scim. dp.audit. dp.said.", "n20")),
    ("1password", each("ops_eyJ", "b40") + each("|A3-", "k24")),
    ("infracost", each("|ico-", "a24")),
    ("pulumi", each("pul-", "h30")),
    ("openshift", each("sha256~", "t30")),
    ("nats", each("|SUA |SUB |SUC |SUD |SAA |SAB |SAC |SAD |SOA |SOB |SOC |SOD", "u50")),
    ("deno", each("|ddp_ |ddo_", "a30")),
  ]

  private static let code: [(vendor: String, shapes: [(pattern: String, tail: String)])] = [
    ("github", each("ghp_ gho_ ghu_ ghs_ ghr_", "a20") + each("github_pat_", "w20")),
    (
      "gitlab",
      each("glpat- gldt- glptt- glrt- glcbt- glft- glimt- glagent- gloas- glsoat- glffct- glrtr- glwt-", "n14")
        + each("GR1348941", "t16")
    ),
    ("bitbucket", each("|ATBB", "a24")),
    ("atlassian", each("ATATT3 ATCTT3 ATSTT3", "x30")),
    ("trello", each("|ATTA", "a40")),
    ("artifactory", each("AKCp", "a40") + each("cmVmdGtuO cmVmd", "a50")),
    ("npm", each("npm_", "a30")),
    ("pypi", each("pypi-AgE", "t40") + each("pypi-", "t60")),
    ("rubygems", each("rubygems_", "h30")),
    ("nuget", each("|oy2", "l42")),
    ("clojars", each("CLOJARS_ clojars_", "l40")),
    ("crates", each("|cio", "a32#")),
    ("packagist", each("packagist_ort_ packagist_oot_ packagist_uut_", "h40")),
    ("openvsx", each("ovsxat_ ovsxp_", "t30")),
    ("docker", each("dckr_pat_ dckr_oat_", "t16")),
    ("circleci", each("CCIPAT_ CCIPRJ_", "t20")),
    ("buildkite", each("bkua_ bkaj_ bkct_", "a30")),
    ("sonar", each("sqp_ squ_ sqa_", "h30")),
    ("sourcegraph", each("sgp_ slk_ sgd_", "w30")),
    ("sentry", each("sntrys_ sntryu_ sntrya_ sntryi_", "b30")),
    ("snyk", each("snyk_uat. snyk_sat.", "n20")),
    ("harness", each("pat. sat.", "t18 '.' a18 '.' a14")),
    ("octopus", each("|API-", "u24")),
    ("codeclimate", each("CODECLIMATE_", "t20")),
    ("prefect", each("pnu_ pnb_", "a24")),
    ("postman", each("PMAK- PMAT-", "t24")),
    ("readme", each("rdme_", "l40")),
    ("linear", each("lin_api_ lin_oauth_ lin_wh_", "a24")),
    ("notion", each("|ntn_", "a30") + each("|secret_", "a36#")),
    ("figma", each("figd_ figo_ figu_", "t24")),
    ("expo", each("|expo_", "t30")),
    ("stackhawk", each("hawk.", "t16 '.' t16")),
    ("inngest", each("signkey-prod- signkey-test- signkey-branch-", "h20")),
    ("unkey", each("unkey_", "a16#")),
    ("age", each("AGE-SECRET-KEY-1", "u40") + each("AGE-PLUGIN-", "k40")),
  ]

  private static let models: [(vendor: String, shapes: [(pattern: String, tail: String)])] = [
    ("anthropic", each("sk-ant-", "t16")),
    (
      "openai",
      each("sk-proj- sk-svcacct- sk-admin- sk-None- sk-service-", "t16") + each("|sk-", "t20#")
        + each("|sess-", "a36")
    ),
    ("openrouter", each("sk-or-", "t20")),
    ("huggingface", each("hf_ api_org_", "a30")),
    ("groq", each("gsk_", "a30")),
    ("xai", each("xai-", "a40")),
    ("perplexity", each("pplx-", "a30")),
    ("replicate", each("|r8_", "a30")),
    ("tavily", each("tvly-", "t16")),
    ("firecrawl", each("|fc-", "h32")),
    ("cerebras", each("|csk-", "a30")),
    ("nvidia", each("nvapi-", "t40")),
    ("together", each("tgp_v1_", "t30")),
    ("fireworks", each("|fw_", "a20#")),
    ("jina", each("jina_", "a40")),
    ("voyage", each("|pa-", "t40#")),
    ("elevenlabs", each("|sk_", "h40")),
    ("langsmith", each("lsv2_pt_ lsv2_sk_ lsv2_ak_", "w30") + each("|ls__", "h30")),
    ("langfuse", each("sk-lf-", "t30")),
    ("pinecone", each("pcsk_", "w30")),
    ("posthog", each("phc_ phx_ phs_ phr_", "a30")),
    ("wandb", each("wandb_v1_", "t20")),
    ("runpod", each("|rpa_", "a30")),
    ("friendli", each("|flp_", "a30")),
    ("e2b", each("e2b_", "h30")),
    ("edgeimpulse", each("|ei_", "h40")),
    ("cursor", each("|crsr_", "h40")),
    ("modal", each("|ak- |as-", "a22#")),
  ]

  private static let services: [(vendor: String, shapes: [(pattern: String, tail: String)])] = [
    (
      "slack",
      each("xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxe. xoxc- xoxd- xapp- xwfp-", "s10")
        + each("hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/", "p16")
    ),
    (
      "webhook",
      each("discord.com/api/webhooks/ discordapp.com/api/webhooks/ hooks.zapier.com/hooks/", "p16")
        + each(".webhook.office.com/ outlook.office.com/webhook/ outlook.office365.com/webhook/", "s20")
        + each("webhook.site/ events.pagerduty.com/integration/ /open-apis/bot/v2/hook/ hooks.airtable.com/", "p16")
        + each("maker.ifttt.com/use/", "t16")
    ),
    ("telegram", each("d8<:AA", "t30")),
    ("discord", each("|mfa.", "t60")),
    ("stripe", each("sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_", "a10") + each("whsec_", "b20")),
    ("live_or_test", each("l2<_live_ l2<_test_ l2<_prod_ l2<_sandbox_", "t16#")),
    ("square", each("sq0atp- sq0csp- sq0idp-", "t16") + each("|EAAA", "t40")),
    ("facebook", each("|EAA", "a60")),
    ("instagram", each("|IGQ", "a60")),
    ("braintree", each("access_token$production$ access_token$sandbox$", "s30")),
    ("plaid", each("access-sandbox- access-development- access-production-", "t30")),
    ("razorpay", each("rzp_live_ rzp_test_", "a10")),
    ("flutterwave", each("FLWSECK_TEST- FLWSECK- FLWPUBK_TEST- FLWPUBK-", "n10")),
    ("gocardless", each("|live_ |sandbox_", "t36#")),
    ("lob", each("|test_ |live_", "h28") + each("test_pub_ live_pub_", "h24")),
    ("paddle", each("pdl_live_apikey_ pdl_sdbx_apikey_ pdl_ntfset_", "n16")),
    ("shopify", each("shpat_ shpca_ shppa_ shpss_ shptka_", "h24")),
    ("woocommerce", each("|ck_ |cs_", "h36")),
    ("easypost", each("EZAK EZTK", "a40")),
    ("shippo", each("shippo_live_ shippo_test_", "a20")),
    ("duffel", each("duffel_live_ duffel_test_", "t30")),
    ("twilio", (0...9).map { ("SK\($0)", "h31") } + ["a", "b", "c", "d", "e", "f"].map { ("SK\($0)", "h31") }),
    ("sendgrid", each("SG.", "x40")),
    ("brevo", each("xkeysib- xsmtpsib-", "t30")),
    ("mailgun", each("|key- |pubkey-", "h32")),
    ("mailchimp", each("h32<-us", "d1")),
    ("resend", each("|re_", "a6 '_' a16")),
    ("postmark", each("|POSTMARK_", "t20")),
    ("nylas", each("nyk_v0_", "a20")),
    ("onesignal", each("os_v2_app_ os_v2_org_", "l30")),
    ("intercom", each("dG9rO", "b30")),
    ("hubspot", each("pat-na1- pat-na2- pat-eu1- pat-ap1-", "t24")),
    ("salesforce", each("|00D", "a12 '!' x40") + each("5Aep861", "x40")),
    ("zoho", each("|1000.", "h30 '.' h30")),
    ("airtable", each("|pat", "a14 '.' h40")),
    (
      "asana",
      (1...9).flatMap {
        [("|0/\($0)", "d9 ':' h28"), ("|1/\($0)", "d9 ':' h28"), ("|2/\($0)", "d9 '/' d10 ':' h28")]
      }
    ),
    ("clickup", each("|pk_", "d5 '_' u28")),
    ("typeform", each("tfp_", "x30")),
    ("contentful", each("CFPAT-", "t30")),
    ("frameio", each("fio-u-", "b40")),
    ("dropbox", each("|sl.", "n80")),
    ("linkedin", each("WPL_AP1. WPL_AP0.", "s16")),
    ("mapbox", each("pk.eyJ sk.eyJ tk.eyJ", "n40") + each("|pk. |sk. |tk.", "l50 '.' l18")),
    ("maxmind", each("w30<_mmk", "")),
    ("newrelic", each("NRAK- NRII- NRJS- NRRA- NRSP- NRAL- NRIQ-", "t14")),
    ("grafana", each("glsa_ glc_", "b24") + each("eyJrIjoi", "b50")),
    ("launchdarkly", each("|sdk- |mob- |api-", "h8 '-' h4 '-' h4 '-' h4 '-' h12")),
    ("statsig", each("|secret- |console-", "a40#")),
    ("axiom", each("xaat- xapt-", "t30")),
    ("rootly", each("rootly_", "h40")),
    ("settlemint", each("sm_aat_ sm_pat_ sm_sat_", "a14")),
    ("scalingo", each("tk-us- tk-eu-", "t36")),
    ("defined_networking", each("dnkey-", "x24 '-' x40")),
    ("riot", each("RGAPI-", "t30")),
    ("wakatime", each("waka_", "t30")),
    ("apify", each("apify_api_", "a24")),
    ("zuplo", each("zpka_", "w30")),
    ("authress", each("x8<.acc_ x8<.acc-", "x40")),
    ("adobe", each("p8e-", "a28")),
    ("intra42", each("s-s4t2ud- s-s4t2af-", "h40")),
    ("clickhouse", each("|4b1d", "a38")),
    ("deepl", each("t30<:fx", "")),
    ("n8n", each("n8n_api_", "n30")),
    ("persona", each("persona_production_ persona_sandbox_", "t16")),
    ("onfido", each("api_live. api_sandbox. api_live_us. api_live_ca.", "n20")),
    ("ramp", each("ramp_sec_ ramp_tok_", "t24")),
    ("ubidots", each("BBFF- BBUS-", "a24")),
    ("knock_workos", each("|sk_", "t24#")),
    ("mercury", each("secret-token:", "x8")),
    ("bitcoin", each("|xprv |yprv |zprv |tprv", "a90")),
    (
      "private_key",
      each("b4<IBADANBgkqhkiG9w0BAQEFAASC b4<IBAAKC b4<IBAAKB", "b40")
        + each("b3BlbnNzaC1rZXktdjE MHcCAQEEI MIGHAgEAMBMGByqGSM49 MC4CAQAwBQYDK2Vw", "b20")
    ),
    ("docker_swarm", each("SWMTKN-1-", "l30")), ("k3s", each("|K10", "h50 '::' x8")),
    ("twitter", each("|AAAAAAAAAAAAAAAAAAAAA", "s60#")),
    ("ansible_vault", each("$ANSIBLE_VAULT;", "n3 ';' n3")),
    ("password_hash", each("$2a$ $2b$ $2y$", "d2 '$' s20") + each("$argon2id$ $argon2i$ $6$ $5$ $apr1$", "s20")),
  ]
}
