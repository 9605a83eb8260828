extension Failure {
  /// How bad it is: what a script can act on. The raw value is the program's exit status.
  public struct Code: Hashable, Comparable, Sendable {
    /// The exit status: 1, 2, 3 or 64.
    public let exitStatus: Int32

    /// The operation was allowed and did not succeed.
    public static let failed = Code(exitStatus: 1)
    /// The operation would not be safe, or is not supported here.
    public static let refused = Code(exitStatus: 2)
    /// There is no way to know the answer here.
    public static let unknown = Code(exitStatus: 3)
    /// What was asked for makes no sense: the caller has a mistake.
    public static let misuse = Code(exitStatus: 64)

    /// Whether the left is less bad: of several subjects the worst status wins.
    public static func < (left: Code, right: Code) -> Bool { left.exitStatus < right.exitStatus }
  }
}
