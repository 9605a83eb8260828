internal import SystemPackage

extension Transfer {
  /// Checks that the transfer is a row of bytes without gaps: an NVMe command moves as many as it has
  /// blocks, one after the other.
  /// - Parameter engine: what can skip no gap, as in "no NVMe command".
  func requireRow(
    of map: FileMap, skippedBy engine: String = "no NVMe command"
  ) throws(Failure) {
    let holes = map.holeBytes
    if holes > .zero {
      throw Failure(
        .refused, path, "has \(holes.rawValue) bytes of holes, which \(engine) can skip",
        remedy: "place it anew, see iopmem-place(8), or map a part without any")
    }
    if byteCount == .zero {
      throw Failure(.refused, path, "has no bytes to transfer in the range asked for")
    }
  }

  /// Checks that a list does not lie in the bytes that it is about: to copy it there would write to
  /// them, and the controller would write over what it has yet to read.
  func requireApart(
    from list: ClosedRange<UInt64>, _ segments: borrowing SegmentList
  ) throws(Failure) {
    try forEachSegment(of: segments) { (segment) throws(Failure) in
      // It was checked: its last byte has an address.
      let last = segment.address + (segment.length.rawValue - 1)
      guard !list.overlaps(segment.address...last) else {
        throw Failure(
          .refused, path,
          "needs a list from \(list.lowerBound.hex) to \(list.upperBound.hex), and has its own "
            + "bytes from \(segment.fileOffset.hex) there",
          remedy: ways(
            "give the address of memory of the list's own with \(option: .listBase)"))
      }
    }
  }
}
