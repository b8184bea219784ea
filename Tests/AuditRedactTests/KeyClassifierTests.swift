import Testing

@testable import AuditRedact

@Suite struct KeyClassifierTests {
  private func verdict(_ key: String) -> KeyVerdict { KeyClassifier().classify(Array(key.utf8).span) }

  @Test(
    "Sensitive keys are told by their words, however they are joined",
    arguments: [
      "password", "PASSWORD", "dbPassword", "db_password", "db-password", "spring.datasource.password", "DBPASSWORD",
      "userPasswd", "pwd", "db_pass", "smtpPass", "passphrase", "sshPassphrase", "Passwort", "mot_de_passe", "пароль",
      "secret", "clientSecret", "CLIENT_SECRET", "secrets", "clientsecret", "token", "accessToken", "refresh_token",
      "csrfToken", "X-Auth-Token", "oauth2Token", "githubToken", "tokens", "apiKey", "API_KEY", "x-api-key", "apikey",
      "apiKeys", "AWS_SECRET_ACCESS_KEY", "private_key", "encryptionKey", "ssh-key", "stripe_key", "Authorization",
      "proxy-authorization", "auth", "basic_auth", "cookie", "Set-Cookie", "pin", "otp", "mfa_code", "totp",
      "recovery_codes", "cvv", "password_prod", "new_password", "tokenValue", "password2", "apiKey1", "secret_base64",
      "mnemonic", "seed_phrase", "credentials", "passwordHash", "ssn", "passport_number", "SOCIAL_SECURITY_NUMBER",
    ])
  func sensitive(_ key: String) { #expect(verdict(key).strength == .strong) }

  @Test(
    "Harmless keys stay harmless although a sensitive word is in them",
    arguments: [
      "max_tokens", "token_count", "input_tokens", "tokensUsed", "passwordPolicyEnabled", "password_length",
      "has_password_expiry", "secretName", "token_type", "authType", "auth_method", "primary_key", "foreignKey",
      "sort_key", "partitionKey", "cache_key", "public_key", "keyboard", "monkey", "donkey", "hotkeys", "keyframe",
      "turkey_region", "author", "authority", "compass", "bypassCache", "passenger_count", "passRate", "pinned",
      "tokenizer", "cookieConsent", "sessionTimeout", "nextPageToken", "page_token", "idempotency_key", "status_code",
      "country_code", "api_key_id", "token_url", "password_reset_url", "secretary", "description", "path", "", "value",
    ])
  func harmless(_ key: String) { #expect(verdict(key).strength == .none) }

  @Test(
    "A key that only hints needs a value that looks random",
    arguments: ["signature", "acme_key", "tokenGithub_x", "password_for_admin", "jsessionid"])
  func weak(_ key: String) { #expect(verdict(key).strength == .weak) }
}
