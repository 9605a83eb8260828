internal import Linux
public import SystemPackage

/// A file with its map under a lease, and the BAR mapped for a client if there is one: both hold
/// until it is let go of.
public final class LeasedFile {
  /// The file's map, read under the lease: its addresses hold as long, and are the client's own if
  /// there is one.
  public let map: FileMap
  /// The file's segments.
  public let segments: SegmentList
  private let lease: LayoutLease

  /// Takes the lease, maps the BAR for a client if there is one, and reads the map.
  ///
  /// The file itself is closed again: it is the lease that holds it, and an open file would keep
  /// its file system mounted for good once the device is gone.
  /// - Parameter mapper: one for the running machine, where the lease is.
  /// - Throws: `Failure`; nothing is then held.
  public init(
    of path: FilePath, for client: Client?, by mapper: inout MountedFileMapper
  ) throws(Failure) {
    let file = try LayoutLease.open(path)
    var segments = SegmentList()
    (lease, map) = try LayoutLease.acquire(
      on: file, path, for: client, by: &mapper, into: &segments)
    self.segments = segments
  }

  /// The descriptor that hangs up when the driver revokes the lease.
  public var descriptor: Int32 { lease.descriptor }

  /// The failure to report once the lease is revoked: the addresses are void.
  public var revocation: Failure { Failure(.failed, map.path, LayoutLease.revocation) }

  /// Lets a program that takes this process's place hold the lease.
  public func keepOnExecution() throws(Failure) {
    do { try lease.keepOnExecution() } catch {
      throw Failure(error, map.path, "cannot hand on its lease")
    }
  }
}
