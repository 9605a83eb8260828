internal import Linux
public import SystemPackage

/// A file whose layout the driver holds, and whose BAR a client may reach, until it is let go of.
public final class Lease {
  /// The file's map, read under the lease: its addresses hold as long, and are the client's own if
  /// there is one.
  public let map: FileMap
  /// The file's segments.
  public let segments: SegmentList
  /// The lease; or the client's mapping, which the driver lets hold the lease too.
  private let holder: Provider

  /// Takes the lease, maps the BAR for a client if there is one, and reads the map.
  ///
  /// The file itself is closed again: it is the lease that holds it, and an open file would keep
  /// its file system mounted for good once the device is gone.
  /// - Parameter mapper: one for the running machine, where the lease is.
  /// - Throws: `Failure`; nothing is then held.
  public init(
    of path: FilePath, for client: Client?, by mapper: inout MountedFileMapper
  ) throws(Failure) {
    let file: Descriptor
    do { file = try Descriptor(path, .readWrite, options: .nonBlocking) } catch .isDirectory {
      throw Failure(.refused, path, "is no regular file")
    } catch .notPermitted {
      throw Failure(
        .refused, path,
        "is immutable, as pinned files are, and a lease is taken by who can write it",
        remedy: "the pin holds its layout too, see iopmem-pin(8); else unpin it")
    } catch { throw Failure(error, path, "cannot open for writing") }
    let disk = try Self.disk(of: file, path)
    let lease: Provider
    do { lease = try disk.lease(file) } catch { throw Self.failure(error, path) }
    // After the lease: what was read before could have moved since.
    var segments = SegmentList()
    var map = try mapper.map(file, named: path, into: &segments)
    if let client {
      let mapping = try client.mapping(of: lease)
      do {
        map.window = try map.window.mapped(
          at: mapping.address, length: ByteCount(mapping.length))
      } catch {
        throw Failure(.refused, path, "reaches past what the client's mapping covers")
      }
      holder = mapping.holder()
    } else {
      holder = lease
    }
    self.map = map
    self.segments = segments
  }

  /// What hangs up when the lease is revoked.
  public var descriptor: Int32 { holder.descriptor.rawValue }

  /// Why the lease is no more: the addresses are void.
  public var revocation: Failure {
    Failure(.failed, map.path, "its lease was revoked: the device or the client is gone")
  }

  /// Lets a program that takes this process's place hold the lease.
  public func keepOnExecution() throws(Failure) {
    do { try holder.descriptor.keepOnExecution() } catch {
      throw Failure(error, map.path, "cannot hand on its lease")
    }
  }

  /// The whole disk below a file, to which the driver's requests go.
  private static func disk(
    of file: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> Provider {
    let status: Status
    do { status = try file.status() } catch { throw Failure(error, path, "cannot stat") }
    guard status.kind == .regular else { throw Failure(.refused, path, "is no regular file") }
    // tmpfs, btrfs and others have a number of their own that is no block device's.
    guard let disk = try? BlockDevice(status.device, in: SystemRoot()).disk, disk.isIopmem else {
      throw Failure(
        .refused, path, "does not lie on an iopmem device, and nothing else gives leases",
        remedy: "place it on one, see iopmem-place(8)")
    }
    let node = FilePath("/dev").appending(disk.name)
    do { return Provider(try Descriptor(node, .readOnly)) } catch {
      throw Failure(error, node, "cannot open")
    }
  }

  /// What the driver's answers mean: iopmem(4), ERRORS.
  private static func failure(_ error: Errno, _ path: FilePath) -> Failure {
    switch error {
    case .textFileBusy:
      Failure(.refused, path, "is a swap file in use", remedy: "see swapoff(8)")
    case .improperLink:
      Failure(
        .refused, path, "does not lie on the device itself",
        remedy: "not on xfs's realtime device, nor above device mapper or another file system")
    case .notSupported:
      Failure(
        .refused, path, "is not DAX, or its file system is not known to keep leases",
        remedy: "mount ext4 or xfs by iopmem-mount(8)")
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
