import AuditModel

/// The planted secrets: none is one, all look like one, and each holds the caller's marker.
enum SampleSecret {
  /// Where in a line the secret stands.
  enum Place: Sendable {
    case none
    /// The first or the last of the arguments, one to three levels deep.
    case first, last
    /// The text of the failure, which only the middleware dialect has.
    case error

    static func random(_ dialect: Dialect, _ random: inout SplitMix64) -> Place {
      if dialect == .middleware, random.chance(0.1) { return .error }
      return random.next() & 1 == 0 ? .first : .last
    }
  }

  /// How secrets are recognised.
  enum Shape: CaseIterable, Sendable {
    // By the name of their key, whatever the value.
    case password, token, apiKey, clientSecret, authorizationHeader, refreshToken, privateKey
    // By their own shape, under an innocent key. The end matters, so these are not used where a line is cut.
    case mail, sentenceWithMail, connectionURL, bearerText, queryParameter

    static let namedByKey = 7
  }
}

extension SampleTraffic {
  /// Writes one member, `"key":value`.
  mutating func writeSecretMember(isCut: Bool, to out: inout [UInt8]) {
    let shapes = SampleSecret.Shape.allCases
    let shape = shapes[random.next(below: isCut ? SampleSecret.Shape.namedByKey : shapes.count)]
    switch shape {
    case .password: member(#""password":""#, 8, #"""#, to: &out)
    case .token: member(#""token":"tok_"#, 16, #"""#, to: &out)
    case .apiKey: member(#""auth":{"scheme":"key","api_key":"sk-"#, 16, #""}"#, to: &out)
    case .clientSecret: member(#""oauth":{"grant":"client_credentials","client_secret":""#, 16, #""}"#, to: &out)
    case .authorizationHeader:
      member(#""http":{"method":"GET","headers":{"Authorization":"Bearer "#, 24, #""}}"#, to: &out)
    case .refreshToken: member(#""login":{"expiresIn":3600,"refreshToken":""#, 16, #""}"#, to: &out)
    case .privateKey: member(#""signing":{"options":{"algorithm":"ed25519","private_key":""#, 16, #""}}"#, to: &out)
    case .mail: member(#""recipient":{"name":"someone","address":""#, 4, #"@leak.example"}"#, to: &out)
    case .sentenceWithMail: member(#""comment":"please answer "#, 4, #"@leak.example until Friday""#, to: &out)
    case .connectionURL: member(#""source":"postgres://app:"#, 8, #"@db.internal:5432/main""#, to: &out)
    case .bearerText: member(#""remark":"retried with Authorization: Bearer "#, 24, #" and it worked""#, to: &out)
    case .queryParameter:
      member(#""page":{"link":"https://files.internal/get?id=7&access_token="#, 16, #"&v=2"}"#, to: &out)
    }
  }

  /// Writes a failure that quotes a credential, as client libraries do.
  mutating func writeSecretError(to out: inout [UInt8]) {
    // 36 letters and digits behind the prefix, as in a real token of this kind.
    member("401 Unauthorized: token ghp_", max(0, 36 - marker.count), " is expired", to: &out)
  }

  /// The marker and some hexadecimal digits between two texts.
  private mutating func member(
    _ before: StaticString, _ digits: Int, _ after: StaticString, to out: inout [UInt8]
  ) {
    out.put(before)
    out.append(contentsOf: marker)
    var left = digits
    while left > 0 {
      out.put(hex: random.next(), digits: min(16, left))
      left -= 16
    }
    out.put(after)
  }
}
