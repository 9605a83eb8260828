internal import Linux
public import SystemPackage

/// A part of a file as a dma-buf, for the drivers of its peers; the dma-buf holds the file's layout.
public final class ExportedFile {
  /// The file, as it was named.
  public let path: FilePath
  /// Which of its bytes.
  public let range: Range<FileOffset>
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
    range = map.range
    buffer = try lease.export(map.range, of: path)
  }

  /// The dma-buf's descriptor.
  public var descriptor: Int32 { buffer.rawValue }
}
