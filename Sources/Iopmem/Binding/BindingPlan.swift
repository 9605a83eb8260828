public import SystemPackage

/// What would be written to sysfs to bind or unbind a function, in order.
public struct BindingPlan: Sendable, Hashable {
  /// A value, and the attribute that takes it.
  public struct Step: Sendable, Hashable, CustomStringConvertible {
    /// The attribute, relative to the machine's root.
    public let file: FilePath
    /// The value; empty to clear the attribute.
    public let value: String

    /// The step as a shell would do it.
    public var description: String { "echo \(value) > /\(file)" }
  }

  /// The steps; none when everything is already as wanted.
  public internal(set) var steps: [Step] = []

  mutating func add(_ value: String, to file: FilePath) {
    steps.append(Step(file: file, value: value))
  }
}
