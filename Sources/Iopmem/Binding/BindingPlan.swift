public import SystemPackage

/// What would be written to sysfs to bind or unbind a function, in order.
public struct BindingPlan: Sendable, Hashable {
  /// A value, and the attribute that takes it.
  public struct Step: Sendable, Hashable {
    /// The attribute, from the machine's root.
    public let file: FilePath
    /// The value; empty to clear the attribute.
    public let value: String
  }

  /// The steps; none when everything is already as wanted.
  public internal(set) var steps: [Step] = []
  /// What puts other functions' settings back, whatever became of the steps.
  public internal(set) var restoration: [Step] = []
  /// What undoes the steps when the driver does not take the function.
  public internal(set) var withdrawal: [Step] = []

  /// Whether there is nothing to do.
  public var isEmpty: Bool { steps.isEmpty }
}
