/// What to map, and how to guarantee that the map holds.
public struct MapHandleRequest: Sendable {
  /// Where windows are found.
  public var windows = WindowSource()
  /// What is wanted of the map itself.
  public var map = MapRequest()
  /// Whether the driver is to hold the file's layout.
  public var isLeased = false
  /// For whom the addresses are.
  public var client: Client?
  /// Where the client's IOMMU domain has the BAR; only without a lease, see `ClientAddressing`.
  public var iovaBase: UInt64?

  /// A request for the addresses of a whole file, that nobody holds still.
  public init() {}
}
