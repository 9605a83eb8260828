/// A BAR made reachable for one client, until what holds it is closed.
public struct ClientMapping: ~Copyable, Sendable {
  private let provider: DriverHandle
  /// What the client uses for BAR offset 0.
  public let address: UInt64
  /// How many bytes it reaches from there.
  public let length: UInt64

  init(provider: consuming DriverHandle, address: UInt64, length: UInt64) {
    self.provider = provider
    self.address = address
    self.length = length
  }

  /// What holds the mapping, and the lease that it was made on.
  public consuming func holder() -> DriverHandle { provider }
}
