import Testing

@testable import AuditRedact

@Suite struct PersonalDataTests {
  @Test(
    "Personal data in texts goes under its rule",
    arguments: [
      ("ann.lee+x@mail.example.co.uk", "pii.email"), ("joe@bücher.example", "pii.email"),
      ("+44 20 7946 0042", "pii.phone"), ("+46701740760", "pii.phone"),
      ("(415) 555-0109", "pii.phone"), ("415-555-0131", "pii.phone"), ("+1-415-555-0131", "pii.phone"),
      ("4111 1111 1111 1111", "pii.card"), ("4111111111111111", "pii.card"), ("5555-5555-5555-4444", "pii.card"),
      ("378282246310005", "pii.card"), ("30569309025904", "pii.card"), ("6011111111111117", "pii.card"),
      ("GB82 WEST 1234 5698 7654 32", "pii.iban"),
      ("DE89370400440532013000", "pii.iban"), ("NL91ABNA0417164300", "pii.iban"), ("078-05-1121", "pii.ssn"),
      ("529.982.247-25", "pii.national_id"), ("12345678Z", "pii.national_id"), ("756.9217.0769.85", "pii.national_id"),
    ])
  func finds(_ value: String, _ rule: String) {
    #expect(redactedText("customer gave \(value) on the call") == "customer gave [REDACTED:\(rule)] on the call")
    #expect(redactedText(value) == "[REDACTED:\(rule)]")
  }

  @Test(
    "Numbers that fail their checksum or range stay",
    arguments: [
      "4111111111111112", "GB82 WEST 1234 5698 7654 33", "DE00370400440532013000", "000-12-3456", "666-12-3456",
      "123-00-4567",
      "123-45-0000", "529.982.247-26", "12345678A", "1773507430355", "2026-01-02", "12345678901", "555-0131", "a@b",
      "@user", "1.2.3.4",
    ])
  func leaves(_ value: String) { #expect(redactedText("see \(value) now") == "see \(value) now") }

  @Test("A key gives numbers the meaning their form does not")
  func byKey() {
    #expect(redacted(#"{"phone":"5550131999"}"#) == #"{"phone":"[REDACTED:pii.phone]"}"#)
    #expect(redacted(#"{"phone":5550131999}"#) == #"{"phone":"[REDACTED:pii.phone]"}"#)
    #expect(redacted(#"{"ssn":"123456789"}"#) == #"{"ssn":"[REDACTED:pii.national_id]"}"#)
    #expect(redacted(#"{"passport_number":"AB123456"}"#) == #"{"passport_number":"[REDACTED:pii.national_id]"}"#)
    #expect(redacted(#"{"card":4111111111111111}"#) == #"{"card":"[REDACTED:pii.card]"}"#)
    #expect(redacted(#"{"phone_model":"iPhone 15"}"#) == #"{"phone_model":"iPhone 15"}"#)
  }

  @Test("Addresses go only where the operator wants it")
  func addresses() {
    let line = #"{"error":"timeout to 84.146.232.1:8443"}"#
    #expect(redacted(line) == line)
    #expect(
      redacted(line, rules: RedactionRules(redactsAddresses: true)) == #"{"error":"timeout to [REDACTED:pii.ip]:8443"}"#
    )
  }
}
