internal import Linux
internal import SystemPackage

extension LayoutLease {
  /// Has the driver make a dma-buf of a part of the file, which holds the lease too.
  /// - Parameter range: multiples of the page size, fully written.
  /// - Throws: `refused` where there can be none, with the driver's answer as its cause.
  func export(_ range: Range<FileOffset>, of path: FilePath) throws(Failure) -> Descriptor {
    do {
      return try holder.export(offset: range.lowerBound.rawValue, length: range.length.rawValue)
    } catch { throw Self.exportFailure(error, path) }
  }

  /// Makes a `Failure` of what the driver answered: iopmem(4), ERRORS.
  private static func exportFailure(_ error: Errno, _ path: FilePath) -> Failure {
    switch error {
    case .invalidArgument:
      Failure(
        .refused, path, "can be exported by whole pages only",
        remedy: ways(
          "give \(option: .offset) and \(option: .length) as multiples of the page size"),
        cause: error)
    case .notSupported:
      Failure(
        .refused, path, "cannot be exported: the kernel is older than 7.1 or knows no DMA of peers",
        remedy: "lease it instead, see iopmem-lease(8); on xfs, make it without reflink",
        cause: error)
    case .noData:
      Failure(
        .refused, path, "has holes, or bytes that were never written, in what is exported",
        cause: error)
    case .permissionDenied:
      Failure(.refused, path, "is not open for reading, which an export needs", cause: error)
    case .inappropriateIOCTLForDevice:
      Failure(
        .refused, path, "cannot be exported: the driver makes no dma-bufs",
        remedy: "load the driver that came with this program", cause: error)
    case .notPermitted:
      Failure(error, path, "cannot be exported", remedy: "CAP_SYS_RAWIO is needed")
    default: Failure(error, path, "cannot be exported")
    }
  }
}
