internal import CLinux
public import SystemPackage

/// An open iopmem block device, a lease of one of its files, or a client's mapping of it: what
/// the driver's requests are put to (iopmem(4), driver/uapi/iopmem.h).
public struct DriverHandle: ~Copyable, Sendable {
  /// The open device, or what the driver gave for a lease or a mapping.
  public let descriptor: Descriptor

  /// The provider behind an open descriptor.
  public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// What the driver says of a device.
  public struct State: Sendable, Hashable {
    /// Descriptors that now hold a lease on the device.
    public var leases: UInt32
    /// Descriptors that now hold a client's mapping of it.
    public var mappings: UInt32
  }

  /// The corresponding request is `IOPMEM_IOC_QUERY`.
  /// - Throws: `inappropriateIOCTLForDevice` for what is no iopmem device.
  public func state() throws(Errno) -> State {
    var raw = iopmem_query()
    raw.size = UInt32(MemoryLayout<iopmem_query>.size)
    try descriptor.control(.query, &raw)
    return State(leases: raw.leases, mappings: raw.maps)
  }

  /// Leases the layout of a file until the returned descriptor is closed.
  ///
  /// The corresponding request is `IOPMEM_IOC_LEASE`.
  /// - Parameter file: a regular DAX file on this very device, open for writing.
  public func lease(_ file: borrowing Descriptor) throws(Errno) -> DriverHandle {
    var raw = iopmem_lease()
    raw.size = UInt32(MemoryLayout<iopmem_lease>.size)
    raw.file = file.rawValue
    try descriptor.control(.lease, &raw)
    return DriverHandle(Descriptor(taking: raw.lease))
  }

  /// Exports a range of the file that this lease holds, as a dma-buf which holds the lease too.
  ///
  /// The corresponding request is `IOPMEM_IOC_EXPORT`.
  /// - Parameters:
  ///   - offset: of the range in the file, in bytes, a multiple of the page size.
  ///   - length: of the range, in bytes, a multiple of the page size and not 0.
  /// - Throws: `notSupported` before Linux 7.1, and where files may share blocks; `noData` for holes,
  ///   for extents that were never written, and past the end.
  public func export(offset: UInt64, length: UInt64) throws(Errno) -> Descriptor {
    var raw = iopmem_export_range()
    raw.size = UInt32(MemoryLayout<iopmem_export_range>.size)
    raw.offset = offset
    raw.length = length
    try descriptor.control(.export, &raw)
    return Descriptor(taking: raw.dmabuf)
  }

  /// Makes the BAR reachable for a client function until the mapping is closed.
  ///
  /// The corresponding request is `IOPMEM_IOC_MAP`.
  /// - Parameters:
  ///   - deviceAndFunction: `device << 3 | function`.
  ///   - addressBits: how many address bits the client drives, 32 to 64, for a function without a
  ///     driver; 0 for what its driver has set.
  ///   - isForced: whether a client counts from which the kernel knows no way to the memory.
  /// - Throws: `noRouteToHost` for such a client.
  public func map(
    domain: UInt32, bus: UInt8, deviceAndFunction: UInt8, addressBits: UInt8, isForced: Bool
  ) throws(Errno) -> ClientMapping {
    var raw = iopmem_map()
    raw.size = UInt32(MemoryLayout<iopmem_map>.size)
    raw.domain = domain
    raw.bus = bus
    raw.devfn = deviceAndFunction
    raw.dma_bits = addressBits
    raw.flags = isForced ? IOPMEM_MAP_FORCE : 0
    try descriptor.control(.map, &raw)
    return ClientMapping(
      provider: DriverHandle(Descriptor(taking: raw.map)), address: raw.address, length: raw.length)
  }
}
