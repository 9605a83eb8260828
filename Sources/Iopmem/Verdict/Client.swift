public import PCI

/// The PCI function whose engine does the DMA, as in the kernel's p2pdma.
public struct Client: Sendable, Hashable {
  /// Its address on the bus, by which the kernel names it.
  public let address: FunctionAddress
  /// How many address bits its engine drives, 32 to 64, for a function without a driver; nil for
  /// what its driver has set.
  public let addressBits: UInt8?
  /// Whether a lease gives it addresses even if no route from it to the memory is known.
  public let isForced: Bool

  /// A client.
  public init(_ address: FunctionAddress, addressBits: UInt8? = nil, isForced: Bool = false) {
    self.address = address
    self.addressBits = addressBits
    self.isForced = isForced
  }
}
