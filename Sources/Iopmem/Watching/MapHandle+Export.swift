internal import Linux

extension MapHandle {
  /// Has the driver make a dma-buf of a part of the leased file, which holds the lease too.
  /// - Parameters:
  ///   - offset: a multiple of the page size.
  ///   - length: the same; nil for all to the end of what was mapped.
  /// - Returns: the dma-buf's descriptor, which is the caller's to close.
  /// - Throws: `misuse` without a lease, and under a client's; `refused` for bytes that were not
  ///   mapped, holes, extents that a check was passed over for, and where the kernel or the driver
  ///   makes no dma-bufs.
  public func export(from offset: FileOffset, length: ByteCount?) throws(Failure) -> Int32 {
    guard let lease else {
      throw Failure(.misuse, map.path, "has no lease, which a dma-buf holds")
    }
    guard map.client == nil else {
      throw Failure(
        .misuse, map.path,
        "is leased for a client, and a dma-buf is for any: open it a second time without one")
    }
    let range = try range(from: offset, length)
    guard range.length > .zero else { throw Failure(.misuse, map.path, "has no bytes there") }
    var flags: ExtentFlags = []
    try forEachSegment(from: offset, length: range.length, under: .none, skippingHoles: false) {
      flags.formUnion($0.flags)
      return true
    }
    guard flags.hazards.isEmpty else {
      throw Failure(
        .refused, map.path,
        "is \(flags.hazards.map(\.rawValue).joined(separator: ", ")) there: what was allowed for "
          + "addresses is not for a dma-buf")
    }
    return try lease.export(range, of: map.path).release()
  }
}
