/// What a key says about its value.
struct KeyVerdict: Sendable, Equatable {
  enum Strength: UInt8, Sendable, Comparable {
    /// The key says nothing.
    case none
    /// The value goes if it looks random.
    case weak
    /// The value goes.
    case strong

    static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
  }

  struct Traits: OptionSet, Sendable {
    let rawValue: UInt16
    /// The value of this member is itself a key, and a sibling holds its value.
    static let nameRole = Traits(rawValue: 1)
    static let valueRole = Traits(rawValue: 2)
    /// A header: in text its value reaches to the end of the line.
    static let header = Traits(rawValue: 4)
    /// `tokens`: numbers under it, alone or in a container, are counts.
    static let counts = Traits(rawValue: 8)
    /// A bare number under it is not the secret (`pass: 12`, `auth: 1`).
    static let keepsNumbers = Traits(rawValue: 16)
    /// A personal identifier: the value must hold digits.
    static let personal = Traits(rawValue: 32)
    static let phone = Traits(rawValue: 64)
    /// The key's own text holds a secret.
    static let textIsSecret = Traits(rawValue: 128)
    /// The last word alone decides: `key`, `code`, `number`; in prose the word before belongs to it.
    static let wantsOwner = Traits(rawValue: 256)
    /// Of the password family: in prose it needs less of its value.
    static let password = Traits(rawValue: 512)
    /// At a record's own top level it says who, what or when.
    static let identity = Traits(rawValue: 1024)
    /// A private member of a JSON Web Key, if `kty` stands beside it.
    static let keyPart = Traits(rawValue: 2048)
    /// The value of this member describes what a sibling holds, in words.
    static let hintRole = Traits(rawValue: 4096)
    /// Its elements are the parameters of a statement that a sibling holds.
    static let bindRole = Traits(rawValue: 8192)
    /// Its members say what may be done with what they name.
    static let grantRole = Traits(rawValue: 16384)

    /// Whether what the member is depends on the others.
    @inline(always) var asksSiblings: Bool { rawValue & (Self.valueRole.rawValue | Self.keyPart.rawValue) != 0 }
  }

  var strength: Strength
  var traits: Traits
  var rule: RuleID

  init(_ strength: Strength, _ rule: BuiltInRule, _ traits: Traits = []) {
    self.strength = strength
    self.traits = traits
    self.rule = RuleID(rule)
  }

  static let none = KeyVerdict(.none, .secret)
}
