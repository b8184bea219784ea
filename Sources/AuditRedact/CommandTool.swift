/// Commands whose short options take secrets, which no key word would tell.
enum CommandTool: String, CaseIterable, Sendable {
  case sshpass, mysql, mysqldump, mysqladmin, mariadb, redis = "redis-cli", curl, wget, openssl
  case docker = "docker login", podman = "podman login", helm = "helm registry", az = "az login"
  case mongo, mongosh, mongodump, mongorestore, ldapsearch, ldapmodify, ldapadd, sqlcmd, bcp, smbclient, rpcclient
  case plink, pscp, sevenZip = "7z ", zip, unzip, unrar, htpasswd, snmpwalk, snmpget, cqlsh, influx, mosquitto
  case winexe, crackmapexec, evilWinrm = "evil-winrm", httpie = "https ", httpieShort = "http -", xfreerdp, rdesktop,
    lftp, svn, keytool
  case pdftk, qpdf, clickhouse = "clickhouse-client", nats = "nats ", kinit, ipmitool, cadaver, isql, gpg, oc =
    "oc login"
  case netUse = "net use ", netUser = "net user", sqlplus, impacket = "psexec"

  /// How an option with one letter carries a secret for this command.
  enum Option: Sendable { case none, value, userAndPassword, valueOrAttached, attached }

  func option(_ letter: UInt8) -> Option {
    switch (self, letter) {
    case (.mysql, UInt8(ascii: "p")), (.mysqldump, UInt8(ascii: "p")), (.mysqladmin, UInt8(ascii: "p")),
      (.mariadb, UInt8(ascii: "p")), (.sevenZip, UInt8(ascii: "p")), (.unrar, UInt8(ascii: "p")):
      .attached
    case (.sshpass, UInt8(ascii: "p")), (.mongo, UInt8(ascii: "p")), (.mongosh, UInt8(ascii: "p")),
      (.mongodump, UInt8(ascii: "p")), (.mongorestore, UInt8(ascii: "p")), (.docker, UInt8(ascii: "p")),
      (.podman, UInt8(ascii: "p")), (.helm, UInt8(ascii: "p")), (.az, UInt8(ascii: "p")), (.cqlsh, UInt8(ascii: "p")),
      (.crackmapexec, UInt8(ascii: "p")), (.evilWinrm, UInt8(ascii: "p")), (.oc, UInt8(ascii: "p")),
      (.rdesktop, UInt8(ascii: "p")):
      .valueOrAttached
    case (.redis, UInt8(ascii: "a")), (.openssl, UInt8(ascii: "k")), (.openssl, UInt8(ascii: "K")),
      (.ldapsearch, UInt8(ascii: "w")), (.ldapmodify, UInt8(ascii: "w")), (.ldapadd, UInt8(ascii: "w")),
      (.sqlcmd, UInt8(ascii: "P")), (.bcp, UInt8(ascii: "P")), (.isql, UInt8(ascii: "P")), (.zip, UInt8(ascii: "P")),
      (.unzip, UInt8(ascii: "P")), (.snmpwalk, UInt8(ascii: "A")), (.snmpwalk, UInt8(ascii: "X")),
      (.snmpwalk, UInt8(ascii: "c")), (.snmpget, UInt8(ascii: "A")), (.snmpget, UInt8(ascii: "X")),
      (.snmpget, UInt8(ascii: "c")), (.mosquitto, UInt8(ascii: "P")), (.ipmitool, UInt8(ascii: "P")),
      (.influx, UInt8(ascii: "p")):
      .valueOrAttached
    case (.curl, UInt8(ascii: "u")), (.curl, UInt8(ascii: "U")), (.smbclient, UInt8(ascii: "U")),
      (.rpcclient, UInt8(ascii: "U")), (.winexe, UInt8(ascii: "U")), (.lftp, UInt8(ascii: "u")),
      (.httpie, UInt8(ascii: "a")), (.httpieShort, UInt8(ascii: "a")):
      .userAndPassword
    default: .none
    }
  }
}
