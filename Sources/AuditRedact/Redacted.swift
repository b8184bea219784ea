/// A value that has been through the redactor. Only this target can make one; whatever writes to a disk or a database
/// accepts nothing else, so that a secret cannot be stored by mistake.
package struct Redacted<Value: Sendable>: Sendable {
  package let value: Value

  init(_ value: Value) { self.value = value }
}
