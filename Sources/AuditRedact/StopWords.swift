/// Words that stand where a secret would and are none: types, states, prose.
struct StopWords: Sendable {
  private let table: WordTable

  init() {
    table = WordTable([
      (
        .harmless,
        """
        string str text number int integer bool boolean any object array null none nil undefined void true false yes \
        no on off required optional missing invalid incorrect wrong expired must should shall will would can could \
        may might is was are were be been not the a an your you my our their his her its this that these those to too \
        cannot please reset change changed updated unknown empty blank hidden masked redacted default enabled \
        disabled basic bearer digest oauth oauth2 ntlm negotiate apikey password secret token auth key user username \
        if else for in of on at by with from and or but as await async new return function const let var self this \
        env process os config settings getpass prompt input stdin stdout include omit same-origin set unset get \
        revoked rotated leaked found used refused denied failed failure error rejected accepted ok valid validation \
        length policy field column header file path name type value values manager test example sample foo bar \
        protected encrypted hashed stored sent received generated created deleted removed added requested supplied \
        provided given here there below above see use using now later bytes bits only also then than into without \
        when where which who what why how has have had does do did it they we i he she one two first second last \
        next previous current old sha256 sha512 sha1 md5 base64 utf-8 utf8 http https tcp udp tls ssl json xml yaml \
        html css sql csv argon2id bcrypt scrypt pbkdf2 hs256 rs256 es256 ed25519 x509 http2 ipv4 ipv6 1password \
        inout borrowing consuming oidc saml ldap kerberos jwt mtls iam sso mfa totp webauthn api id uuid ulid nanoid secure httponly
        """
      )
    ])
  }

  /// Whether the bytes, lower-cased, are one of the words.
  func contains(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count <= 16, !range.isEmpty else { return false }
    var word = PackedWord()
    for index in range {
      let byte = bytes[index]
      word.append(byte &- 65 < 26 ? byte | 0x20 : byte)
    }
    return !table.meaning(of: word).isEmpty
  }
}
