public import Linux
public import PCI
public import SystemPackage

/// A file whose layout the driver holds, and whose BAR a client may reach, until it is let go of.
public final class Lease {
  /// The file.
  public let path: FilePath
  /// The client that the addresses are for; nil for bus addresses.
  public let client: FunctionAddress?
  private let file: Descriptor
  private let lease: Provider
  private let mapping: ClientMapping?

  /// Takes the lease, and maps the BAR for a client if there is one.
  /// - Parameters:
  ///   - addressBits: as `Provider.map` takes it.
  /// - Throws: `Failure`; nothing is then held.
  public init(
    of path: FilePath, for client: FunctionAddress?, addressBits: UInt8 = 0,
    in root: SystemRoot = SystemRoot()
  ) throws(Failure) {
    let file: Descriptor
    do { file = try Descriptor(path, .readWrite, options: [.nonBlocking]) } catch {
      throw Failure(error, path, "cannot open for writing")
    }
    let disk = try Self.disk(of: file, path, root)
    let lease: Provider
    do { lease = try disk.lease(file) } catch {
      throw Failure(error, path, "cannot be leased", remedy: Self.remedy(error))
    }
    mapping = try Self.map(lease, for: client, addressBits)
    self.path = path
    self.client = client
    self.file = file
    self.lease = lease
  }

  /// Maps the leased file: its addresses hold as long as the lease, and are the client's own if
  /// there is one.
  public func map(
    _ mapper: inout MountedFileMapper, into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    var map = try mapper.map(file, named: path, into: &segments)
    if let mapping {
      do {
        map.window = try map.window.mapped(
          at: mapping.address, length: ByteCount(mapping.length))
      } catch {
        throw Failure(.refused, path, "reaches past what the client's mapping covers")
      }
    }
    return map
  }

  /// Checks that what is held is still there.
  /// - Throws: `failed` when the device or the client is gone: the addresses are void.
  public func confirm() throws(Failure) {
    var isRevoked: Bool
    do throws(Errno) {
      isRevoked = try lease.state().isRevoked
      if let state = try mapping?.provider.state() { isRevoked = isRevoked || state.isRevoked }
    } catch { throw Failure(error, path, "cannot tell whether its lease holds") }
    guard !isRevoked else {
      throw Failure(.failed, path, "its lease was revoked: the device or the client is gone")
    }
  }

  /// Lets a program that takes this process's place hold the lease too.
  public func keepOnExecution() throws(Failure) {
    do throws(Errno) {
      try lease.descriptor.keepOnExecution()
      try mapping?.provider.descriptor.keepOnExecution()
    } catch { throw Failure(error, path, "cannot hand on its lease") }
  }

  /// The whole disk below a file, to which the driver's requests go.
  private static func disk(
    of file: borrowing Descriptor, _ path: FilePath, _ root: SystemRoot
  ) throws(Failure) -> Provider {
    let device = try explain(path, "cannot stat") { () throws(Errno) in try file.status().device }
    let disk = try BlockDevice(device, in: root).disk
    guard disk.isIopmem else {
      throw Failure(
        .refused, path, "lies on \(disk.name), which is no iopmem device and gives no leases")
    }
    let node = FilePath("/dev").appending(disk.name)
    do { return Provider(try Descriptor(node, .readOnly)) } catch {
      throw Failure(error, node, "cannot open")
    }
  }

  private static func map(
    _ lease: borrowing Provider, for client: FunctionAddress?, _ addressBits: UInt8
  ) throws(Failure) -> ClientMapping? {
    guard let client else { return nil }
    do {
      return try lease.map(
        domain: client.domain, bus: client.bus,
        deviceAndFunction: client.device << 3 | client.function, addressBits: addressBits)
    } catch {
      throw Failure(
        error, FilePath(client.description), "the BAR cannot be mapped for it",
        remedy: error == .invalidArgument
          ? "a function without a driver needs --address-bits, one with a driver takes none" : nil)
    }
  }

  private static func remedy(_ error: Errno) -> String? {
    switch error {
    case .textFileBusy: "another lease, or swapon(8), holds it"
    case .notPermitted: "needs CAP_SYS_RAWIO"
    case .inappropriateIOCTLForDevice: "the driver is older than this toolkit"
    default: "the file must be DAX, regular, and fully on the device; see iopmem(4)"
    }
  }
}
