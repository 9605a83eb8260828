/// A file's transfer in a form that engines read: iopmem-sg(5).
public protocol EngineList: Sendable {
  /// What the list is made of.
  associatedtype Record: EngineRecord

  /// Which form it is.
  static var kind: EngineListKind { get }
  /// What is moved.
  var transfer: Transfer { get }
  /// How many records there are.
  var recordCount: UInt64 { get }
  /// What goes into the command itself.
  var dataPointer: DataPointer { get }

  /// Calls a body with one run of records after the other.
  /// - Parameter segments: those of the transfer.
  /// - Throws: `Failure` when they cannot be read back, and what the body throws.
  func forEachRun(
    of segments: borrowing SegmentList, _ body: ([Record]) throws(Failure) -> Void
  ) throws(Failure)
}
