internal import Linux
public import SystemPackage

/// A file's map for a program that goes on running, with a guarantee: a lease keeps it true, or a
/// watch tells when it no longer is.
///
/// It is immutable, so that any number of threads may use it at once. It keeps descriptors open
/// until it is let go of.
public final class MapHandle: Sendable {
  /// The file's map. The window is the client's own, where the driver mapped the BAR for one.
  public let map: FileMap
  /// The engine's address of the BAR's byte 0.
  public let origin: UInt64
  /// The file's segments, in its order.
  let segments: [Segment]
  private let guarantee: Guarantee

  /// What the map rests on.
  private enum Guarantee {
    /// The driver prevents changes.
    case lease(LayoutLease)
    /// Changes are detected.
    case watch(FileWatch)
  }

  /// Opens a file, and maps it.
  /// - Throws: `Failure`; nothing is then kept open.
  public convenience init(_ path: FilePath, _ request: MapHandleRequest) throws(Failure) {
    let file: Descriptor
    if request.isLeased {
      file = try LayoutLease.open(path)
    } else {
      do { file = try Descriptor(path, .readOnly, options: .nonBlocking) } catch {
        throw Failure(error, path, "cannot open")
      }
    }
    try self.init(file, named: path, request)
  }

  /// Maps a file that the caller has open, and may close.
  /// - Throws: `Failure`; nothing is then kept open.
  public convenience init(duplicating number: Int32, _ request: MapHandleRequest) throws(Failure) {
    let path = FilePath("/dev/fd/\(number)")
    let file: Descriptor
    do { file = try Descriptor(duplicating: number) } catch {
      throw Failure(error, path, "cannot be used")
    }
    try self.init(file, named: path, request)
  }

  private init(
    _ file: consuming Descriptor, named path: FilePath, _ request: MapHandleRequest
  ) throws(Failure) {
    var mapper = MountedFileMapper(windows: request.windows, request: request.map)
    var segments = SegmentList()
    var map: FileMap
    if request.isLeased {
      let lease: LayoutLease
      (lease, map) = try LayoutLease.acquire(
        on: file, path, for: request.client, by: &mapper, into: &segments)
      guarantee = .lease(lease)
      // It is the lease that holds the file; see there why the descriptor must not.
    } else {
      map = try mapper.map(file, named: path, into: &segments)
      guarantee = .watch(try FileWatch(file, map, request))
      if let client = request.client {
        var addressing = ClientAddressing(
          for: client, iovaBase: request.iovaBase, in: request.windows.root)
        try addressing.address(&map)
      }
    }
    guard let origin = map.engineOrigin else { throw .noAddress(map) }
    self.origin = origin
    self.map = map
    self.segments = try Self.array(of: segments, path)
  }

  /// How many segments the file has.
  public var segmentCount: Int { segments.count }

  /// The first change since the map was made; nil if it still holds.
  ///
  /// Under a lease that is whether the lease still stands: one call. Without one the window, the
  /// file and its extents are looked at again: a call for each file of sysfs that the window was
  /// read from, and two for a file of few extents.
  /// - Throws: `unknown` when it cannot be told.
  public func change() throws(Failure) -> Change? {
    switch guarantee {
    case .lease(let lease): try lease.change(map.path)
    case .watch(let watch): try watch.change(of: segments)
    }
  }

  /// The driver's lease; nil without one.
  var lease: LayoutLease? {
    switch guarantee {
    case .lease(let lease): lease
    case .watch: nil
    }
  }

  /// The descriptor that hangs up when the driver revokes the lease; nil without a lease.
  public var leaseDescriptor: Int32? { lease?.descriptor }

  /// The most segments that are kept, in 128 MiB: an engine has few descriptors, and memory that
  /// runs out ends the program.
  public static let segmentLimit = 1 << 22

  private static func array(
    of list: borrowing SegmentList, _ path: FilePath
  ) throws(Failure) -> [Segment] {
    guard list.count <= segmentLimit else {
      throw Failure(
        .refused, path, "lies in \(list.count) pieces, more than \(segmentLimit)",
        remedy: "place it in one piece, see iopmem-place(8)")
    }
    var segments: [Segment] = []
    segments.reserveCapacity(list.count)
    try list.forEachRun { (run) throws(Failure) in
      for segment in run { segments.append(segment) }
    }
    return segments
  }
}
