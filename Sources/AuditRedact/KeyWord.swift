/// What a word in a key can mean. A word may mean several things; its place in the key decides which counts.
struct KeyWord: OptionSet, Sendable {
  let rawValue: UInt64

  private static func bit(_ number: UInt64) -> KeyWord { KeyWord(rawValue: 1 << number) }

  // As the last word that matters.
  static let password = bit(0)
  static let pass = bit(1)
  static let secret = bit(2)
  static let token = bit(3)
  static let tokens = bit(4)
  static let key = bit(5)
  static let keyWithOwner = bit(6)
  static let credential = bit(7)
  static let auth = bit(8)
  static let authorization = bit(9)
  static let cookie = bit(10)
  static let signature = bit(11)
  static let pin = bit(12)
  static let oneTime = bit(13)
  static let code = bit(14)
  static let cardCode = bit(15)
  static let phrase = bit(16)
  static let hash = bit(17)
  static let session = bit(18)
  static let phone = bit(19)
  static let number = bit(20)
  /// Says nothing about sensitivity and is skipped at the end: `value`, `prod`, `base64`.
  static let neutral = bit(21)
  /// A last word that makes the whole key harmless: `length`, `count`, `policy`.
  static let harmless = bit(22)
  static let identity = bit(23)
  static let card = bit(24)
  static let bank = bit(25)
  static let id = bit(26)
  static let softSecret = bit(27)
  /// A private member of a JSON Web Key (RFC 7517), beside `kty`.
  static let keyPart = bit(28)
  /// What a protocol shows to everybody: the nonce of a WebSocket's handshake (RFC 6455, 4.1) is no key.
  static let shown = bit(29)

  // As the word before.
  static let ownsKey = bit(32)
  static let plainKey = bit(33)
  static let plainToken = bit(34)
  static let ownsCode = bit(35)
  static let ownsPass = bit(36)
  static let ownsPin = bit(37)
  static let ownsPhrase = bit(38)
  static let ownsNumber = bit(39)
  /// A key in languages where its owner follows: `clave_api`, `clé_privée`.
  static let keyBefore = bit(40)
  /// Before `secret`: what is named is a reference to one, as in `existingSecret`.
  static let refersToSecret = bit(41)

  // As the whole key.
  static let nameRole = bit(48)
  static let valueRole = bit(49)
  /// Its value describes what a sibling holds: a selector, a question, a label.
  static let hintRole = bit(50)
  /// Its elements are the parameters of a statement.
  static let bindRole = bit(51)
  /// Its members say what may be done with what they name: `"permissions":{"secrets":"read"}`.
  static let grantRole = bit(52)

  /// Whether any bit is shared.
  func meets(_ other: KeyWord) -> Bool { rawValue & other.rawValue != 0 }

  /// The vocabulary: meaning, words.
  static let vocabulary: [(KeyWord, String)] = [
    (
      .password,
      """
      password passwords passwd passwds pwd pwds pswd passwrd passwort kennwort contrasena contraseña contrasenya \
      senha motdepasse passe mdp wachtwoord lösenord losenord hasło haslo parola пароль 密码 密碼 口令 パスワード 비밀번호 \
      salasana adgangskode heslo jelszó jelszo şifre sifre geslo lozinka parolă slaptažodis wagwoord \
      adgangsord κωδικός κωδικος סיסמה המרור المرور паролата пароля пароли Пароль ПАРОЛЬ khẩu รหัสผ่าน sandi \
      contraseÑa lösenordet requirepass masterauth userpass dbpass rootpass mypass \
      adminpass passphrase passphrases mnemonic seedphrase storepass keypass smtppass mailpass redispass ftppass pgpass proxypass loginpass wifipass sshpass \
      psk wpakey wpapsk pw sudopass truststorepass bindpw rootpw userpw adminpw keystorepass
      """
    ),
    (.pass, "pass passwd_"),
    (
      .secret,
      "secret secrets geheimnis segredo secreto secreta secrète segreta segreto geheim секрет Секрет СЕКРЕТ shhh clientsecret appsecret apisecret sharedsecret secretvalue"
    ),
    (
      .token,
      """
      token authtoken accesstoken refreshtoken idtoken apitoken bearertoken csrftoken xsrftoken csrf xsrf \
      csrfmiddlewaretoken usertoken jwt bearer jws jwe samlresponse saml pat sastoken privatetoken \
      accesstokens sessiontoken oauthtoken bottoken webhooktoken deploytoken токен Токен ТОКЕН jeton トークン 令牌
      """
    ),
    (.tokens, "tokens"),
    (.key, "key keys clave schlüssel chave clé cle chiave ключ ключи nøgle nyckel sleutel klucz anahtar"),
    (
      .keyWithOwner,
      """
      apikey apikeys secretkey privatekey accesskey accesskeys authkey masterkey signingkey encryptionkey sshkey \
      appkey licensekey accountkey sharedkey passkey privkey secretaccesskey sharedaccesskey accountsecret \
      seckey apisecretkey clientkey 密钥 密鑰 비밀키
      """
    ),
    (
      .credential, "credential credentials creds cred zugangsdaten htpasswd netrc dockerconfigjson dockercfg kubeconfig"
    ),
    (.auth, "auth authentication basicauth httpauth proxyauth userpwd userpassword auths"),
    (.authorization, "authorization authorisation xauthorization"),
    (.cookie, "cookie cookies setcookie cookiejar"),
    (.signature, "signature sig hmac sas hash_ xsig"),
    (.pin, "pin pins pincode"),
    (.oneTime, "otp totp hotp mfa 2fa tan passcode passcodes otpcode smscode mfacode totpsecret otpauth"),
    (.code, "code codes"),
    (.cardCode, "cvv cvc cvv2 cvc2 csc cvn"),
    (.phrase, "phrase"),
    (.hash, "hash hashed digest hashes"),
    (.session, "session sessionid jsessionid phpsessid sid sess ssid_ aspsessionid"),
    (
      .phone,
      """
      phone telephone mobile tel cell fax msisdn whatsapp handy telefon telefono telefone phonenumber mobilenumber \
      cellphone phones tlf
      """
    ),
    (.number, "number num no nr numbers nummer numero n°"),
    (
      .neutral,
      """
      value values val text plain plaintext raw string str base64 b64 encoded hex new old current previous prev \
      prod production dev development staging stage test live sandbox default secondary backup tmp temp var env \
      confirm confirmation confirmed again repeat retype verify data content input encrypted enc primary pair \
      json yaml
      """
    ),
    (
      .harmless,
      """
      length len count counts policy enabled enable disabled type types name names url uri urls uris path paths \
      dir directory expiry expires expired expiration ttl limit limits budget used usage size sizes min max \
      required rotation rotated age strength hint reset field fields label labels placeholder version versions \
      format algorithm alg issuer endpoint host hostname port provider providers method methods scope scopes scheme \
      mode status state at date time timestamp timeout valid visible visibility manager service services store \
      rate ratio score index indices position ref reference references arn prefix suffix expression regex pattern \
      validator validation rules rule requirements complexity updated created changed check checks attempts \
      attempt failures failed generator strategy required_ consent banner preference preferences domain samesite \
      present exists set supported invalid error errors message messages description title lifetime duration \
      period interval quota remaining total sum avg mean per budgeted cost price owner fingerprint thumbprint \
      column columns header headers param params parameter parameters profile profiles kind level location \
      region template templates schema policyname group groups role roles history days hours minutes seconds \
      day hour minute second ms family class category source sources target audience subject realm settings \
      option options config configuration behavior behaviour flow page view form button dialog link screen \
      wizard manageremail email enforcement minlength maxlength protected protection support management
      """
    ),
    (.id, "id ids uuid guid"),
    (
      .softSecret,
      """
      pem p12 pfx keystore kubeconfig_ seed salt_ wallet otpauth license licence cert_ privatekeypem keyfile_ \
      connectionstring_ x5c_ state_ verifier assertion
      """
    ),
    (
      .identity,
      """
      ssn sin nino passport tin itin aadhaar aadhar cpf cnpj pesel nhs dni nif nie bsn personnummer curp nric \
      steuerid steuernummer codicefiscale fiscal medicare tfn abn acn socialsecurity socialsecuritynumber \
      nationalid nationalinsurance insee nir rrn hetu egn cnp oib jmbg ahv avs identitycard idcard driverslicense \
      driverlicense license_
      """
    ),
    (.card, "card cards cardnumber creditcard ccnumber ccnum cc pan debitcard cardno"),
    (.bank, "iban bic_ bankaccount accountnumber acctnum routingnumber sortcode"),
    (.keyPart, "d p q dp dq qi k"),
    (
      .ownsKey,
      """
      api apis access secret private priv master encryption encrypt enc decryption decrypt crypto cipher signing \
      sign signature ssh rsa dsa ecdsa ed25519 pgp gpg hmac aes des jwt storage shared auth authentication \
      authorization account service app application client consumer subscription license licence activation write \
      ingest ingestion insert integration deploy deployment webhook symmetric root admin server recovery bot \
      developer dev vault unseal wallet seed host tls ssl cert certificate pem ppk functions management rest rpc \
      fernet django flask rails laravel nextauth license oauth oauth2 token session github gitlab google openai \
      anthropic azure aws gcp stripe twilio sendgrid mailgun slack datadog newrelic relic algolia cohere codecov \
      looker facebook twitter netlify mapbox okta adafruit airtable asana bitbucket bittrex cloudflare coinbase \
      confluent contentful discord dropbox fastly finicity finnhub flickr freshbooks gitter gocardless grafana \
      heroku hubspot intercom jfrog artifactory kraken kucoin launchdarkly linear linkedin lob mailchimp mattermost \
      messagebird mistral nytimes pagerduty paypal plaid postmark rapidapi sendbird sentry shodan snyk sonar \
      splunk spotify squarespace sumologic telegram tableau travis trello twitch typeform vonage webex yandex \
      zendesk zoom zapier firebase supabase huggingface replicate elastic elasticsearch meraki etsy beamer \
      datastax mongodb postgres mysql redis smtp sauce browserstack perplexity groq voyage jina tavily serpapi \
      brave exa pushover pusher pubnub ably segment amplitude mixpanel heap bugsnag rollbar honeycomb lightstep \
      dynatrace logdna loggly papertrail sumo opsgenie statuspage uptimerobot cloudinary imgix imagekit \
      openweather weather maps geocoding tomtom here sendinblue brevo klaviyo iterable braze onesignal shopify \
      square braintree adyen mollie razorpay paystack alchemy infura etherscan moralis quicknode covalent \
      functions_ deepl deepgram assemblyai elevenlabs stability openrouter together fireworks pinecone weaviate \
      qdrant langsmith langfuse wandb instrumentation user device partner merchant vendor tenant cluster join \
      gateway registry release publish upload download backend internal system
      """
    ),
    (
      .plainKey,
      """
      public primary foreign sort partition cache object row hash range index unique composite natural surrogate \
      candidate lookup map dict json column field group grouping order shard distribution dedupe dedup \
      deduplication idempotency idempotent correlation issue project epic space board page file document doc item \
      entity record node state route routing binding translation i18n locale message label tag config setting \
      property prop meta metadata hot arrow enter escape tab shift ctrl alt press any blob bucket event metric \
      feature flag experiment answer answers parent child ref reference sequence search query filter param current \
      next s3 kms data list sorting ordering react form menu theme color colour pub publishable this that same \
      shortcut function_ header headers path url name value id text image video cluster_ context dictionary
      """
    ),
    (
      .plainToken,
      """
      max min input output prompt completion total num number n used usage cached cache read write creation \
      reasoning context thinking audio text image budget remaining per generated accepted rejected special eos bos \
      pad unk sep cls mask bucket page next nextpage continuation continue sync cursor start starting marker \
      pagination resume skip delta idempotency cancellation cancel design color theme sort syntax parse lexer \
      unexpected invalid count of response request_ query doc avg average estimated limit available required model \
      previous_ last first prev paging list progress
      """
    ),
    (
      .ownsCode,
      """
      mfa otp totp verification verify security auth authorization authentication access pass one time sms recovery \
      backup reset activation pairing device user pin 2fa factor login sign validation door alarm entry gate secret \
      oauth cvv scratch unlock confirm bypass emergency
      """
    ),
    (
      .ownsPass,
      """
      db database user usr admin root smtp ftp mail email mysql pg postgres redis mongo proxy http basic auth login \
      ssh wifi key store keystore truststore cert ldap bind imap pop sudo su account rabbit rabbitmq mq service svc \
      app client server host remote my new old current sql db2 oracle mssql sftp api web site portal sa postgresql \
      mongodb mariadb nginx vpn router system sys test dev prod
      """
    ),
    (
      .ownsPin,
      "user card atm sim device security login account bank my new old door access debit credit voicemail your his her"
    ),
    (.ownsPhrase, "seed recovery pass secret mnemonic backup wallet"),
    (
      .ownsNumber,
      """
      social security passport license licence driver drivers account card credit debit bank routing tax national \
      insurance identity medicare nhs
      """
    ),
    (
      .nameRole,
      """
      name key header field variable var param parameter property attribute setting option env envname label k n \
      fieldname headername keyname varname secretname
      """
    ),
    (
      .valueRole,
      """
      value val v values data content text default current newvalue oldvalue new old from to before after expected \
      actual stringvalue defaultvalue plaintext secretvalue body answer input stdin typed
      """
    ),
    (
      .hintRole,
      """
      selector element locator target question prompt placeholder purpose id label xpath css arialabel testid
      """
    ),
    (.bindRole, "params parameters values args bindings binds bind arguments parameter"),
    (.grantRole, "permission permissions grants rights privileges access acl scopes"),
    (.shown, "secwebsocketkey"),
    (.keyBefore, "clave chave clé cle chiave ключ"),
    (.refersToSecret, "existing pull"),
  ]
}
