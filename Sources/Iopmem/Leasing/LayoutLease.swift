internal import Linux
internal import SystemPackage

/// The driver's lease of a file's layout, with the BAR mapped for a client if there is one, until
/// it is let go of.
final class LayoutLease: Sendable {
  /// The lease; or the client's mapping, which the driver lets hold the lease too.
  let holder: DriverHandle

  private init(_ holder: consuming DriverHandle) { self.holder = holder }

  /// Opens a file as a lease needs it.
  static func open(_ path: FilePath) throws(Failure) -> Descriptor {
    do { return try Descriptor(path, .readWrite, options: .nonBlocking) } catch .notPermitted {
      throw Failure(
        .refused, path,
        "is immutable, as pinned files are, and a lease is taken by who can write it",
        remedy: "the pin holds its layout too, see iopmem-pin(8); else unpin it")
    } catch { throw .opening(path, error, "cannot open for writing") }
  }

  /// Takes the lease of a file, then reads its map: what was read before could have moved since.
  /// - Parameters:
  ///   - file: open for writing.
  ///   - mapper: one for the running machine, where the lease is.
  ///   - segments: emptied, then filled.
  /// - Throws: `Failure`; nothing is then held.
  static func acquire(
    on file: borrowing Descriptor, _ path: FilePath, for client: Client?,
    by mapper: inout MountedFileMapper, into segments: inout SegmentList
  ) throws(Failure) -> (LayoutLease, FileMap) {
    let device = try device(of: file, path)
    let disk = try open(device.disk)
    let lease: DriverHandle
    do { lease = try disk.lease(file) } catch { throw failure(error, path) }
    var map = try mapper.map(file, named: path, on: device, into: &segments)
    guard let client else { return (LayoutLease(lease), map) }
    let mapping = try client.mapping(of: lease)
    try client.expectRoute(to: map.window, in: SystemRoot())
    map.client = ClientAddressing.Use(
      function: client.address, answer: answer(mapping.address, of: map.window))
    do {
      map.window = try map.window.mapped(at: mapping.address, length: ByteCount(mapping.length))
    } catch {
      throw Failure(.refused, path, "reaches past what the client's mapping covers")
    }
    return (LayoutLease(mapping.holder()), map)
  }

  /// Tells which kind of address the driver gave for byte 0 of the BAR.
  private static func answer(_ address: UInt64, of window: Window) -> Verdict.Answer {
    switch address {
    case window.cpuAddress(of: BarOffset(0))?.rawValue: .cpuAddress
    case window.busAddress(of: BarOffset(0))?.rawValue: .busAddress
    default: .iovaOnly
    }
  }

  /// The descriptor that hangs up when the driver revokes the lease.
  var descriptor: Int32 { holder.descriptor.rawValue }

  /// Why the lease ended: the addresses are void.
  static let revocation = "its lease was revoked: the device or the client is gone"

  /// Why the lease ended; nil while it holds.
  func change(_ path: FilePath) throws(Failure) -> Change? {
    do {
      // A signal ends a wait only when there was nothing to tell.
      let isRevoked = try HangUp.wait(for: [descriptor], milliseconds: 0) != nil
      return isRevoked ? Change(.safety, after: Self.revocation) : nil
    } catch { throw Failure(.unknown, path, "cannot ask for its lease", cause: error) }
  }

  /// Lets a program that takes this process's place keep the lease.
  func keepOnExecution() throws(Errno) { try holder.descriptor.keepOnExecution() }

  /// The iopmem device that a file lies on.
  private static func device(
    of file: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> BlockDevice {
    let status: Status
    do { status = try file.status() } catch { throw Failure(error, path, "cannot stat") }
    guard status.kind == .regular else { throw .notRegular(path, status.kind) }
    let elsewhere = Failure(
      .refused, path, "does not lie on an iopmem device, and nothing else gives leases",
      remedy: "place it on one, see iopmem-place(8)")
    let device: BlockDevice
    do { device = try BlockDevice(status.device, in: SystemRoot()) } catch {
      // tmpfs, btrfs and others have a number of their own that is no block device's.
      throw error.cause == .noSuchFileOrDirectory ? elsewhere : error
    }
    guard device.disk.isIopmem else { throw elsewhere }
    return device
  }

  /// Opens the whole disk, to which the driver's requests go.
  private static func open(_ disk: Disk) throws(Failure) -> DriverHandle {
    let node = FilePath("/dev").appending(disk.name)
    do { return DriverHandle(try Descriptor(node, .readOnly)) } catch {
      throw Failure(error, node, "cannot open")
    }
  }

  /// Makes a `Failure` of what the driver answered: iopmem(4), ERRORS.
  private static func failure(_ error: Errno, _ path: FilePath) -> Failure {
    switch error {
    case .textFileBusy:
      Failure(.refused, path, "is a swap file in use", remedy: "see swapoff(8)")
    case .badFileDescriptor:
      Failure(.refused, path, "is not open for writing, which a lease needs")
    case .improperLink:
      Failure(
        .refused, path, "does not lie on the device itself",
        remedy: "not on xfs's realtime device, nor above device mapper or another file system")
    case .notSupported:
      Failure(
        .refused, path, "is not DAX, or its file system is not known to keep leases",
        remedy: "mount ext4 or xfs by iopmem-mount(8)")
    case .resourceBusy:
      Failure(
        .failed, path, "cannot be leased: its file system is frozen, see fsfreeze(8)",
        remedy: "try again once it is thawed")
    case .timedOut:
      Failure(
        .failed, path, "cannot be leased: a change of it, or of its file system, does not end",
        remedy: "wait for who writes there, and try again")
    case .operationNotSupportedByDevice:
      Failure(.failed, path, "cannot be leased: its device is gone", cause: error)
    case .notPermitted:
      Failure(error, path, "cannot be leased", remedy: "CAP_SYS_RAWIO is needed")
    case .inappropriateIOCTLForDevice:
      Failure(
        .refused, path, "cannot be leased: the driver gives no leases",
        remedy: "load the driver that came with this program")
    default: Failure(error, path, "cannot be leased")
    }
  }
}
