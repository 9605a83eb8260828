internal import Linux
public import SystemPackage

/// A part of a file as a dma-buf, for the drivers of its peers; the dma-buf holds the file's layout.
public final class ExportedFile {
  /// The file, as it was named.
  public let path: FilePath
  private let buffer: Descriptor

  /// Takes a lease, finds every byte fit to be handed out, and has the driver make the dma-buf.
  /// - Parameter mapper: one for the running machine, whose request has the range: multiples of the
  ///   page size.
  /// - Throws: `Failure`; nothing is then held.
  public init(of path: FilePath, by mapper: inout MountedFileMapper) throws(Failure) {
    let file = try LayoutLease.open(path)
    var segments = SegmentList()
    let (lease, map) = try LayoutLease.acquire(
      on: file, path, for: nil, by: &mapper, into: &segments)
    let found = map.range.length
    let wanted = mapper.request.length ?? found
    guard map.holeBytes == .zero else {
      throw Failure(
        .refused, path, "has \(map.holeBytes.rawValue) bytes of holes there",
        remedy: "write the file first, see iopmem-place(8)")
    }
    guard found == wanted, wanted > .zero else {
      throw Failure(.refused, path, "has \(found.rawValue) bytes there, not \(wanted.rawValue)")
    }
    self.path = path
    do {
      buffer = try lease.export(offset: map.range.lowerBound, length: wanted)
    } catch { throw Self.failure(error, path) }
  }

  /// The dma-buf's descriptor.
  public var descriptor: Int32 { buffer.rawValue }

  /// Makes a `Failure` of what the driver answered: iopmem(4), ERRORS.
  private static func failure(_ error: Errno, _ path: FilePath) -> Failure {
    switch error {
    case .invalidArgument:
      Failure(
        .refused, path, "is exported by whole pages, and its last one is not wholly its own",
        remedy: "give --offset and --length as multiples of the page size")
    case .notSupported:
      Failure(
        .refused, path, "cannot be exported: the kernel is older than 7.1 or knows no DMA of peers",
        remedy: "lease it instead, see iopmem-lease(8); on xfs, make it without reflink")
    case .noData:
      Failure(.refused, path, "has holes, or bytes that were never written, in what is exported")
    case .inappropriateIOCTLForDevice:
      Failure(
        .refused, path, "cannot be exported: the driver makes no dma-bufs",
        remedy: "load the driver that came with this program")
    case .notPermitted:
      Failure(error, path, "cannot be exported", remedy: "CAP_SYS_RAWIO is needed")
    default: Failure(error, path, "cannot be exported")
    }
  }
}
