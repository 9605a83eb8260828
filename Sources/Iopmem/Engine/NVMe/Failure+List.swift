internal import SystemPackage

extension FileMap {
  /// Checks that a transfer is a row of bytes without gaps: an NVMe command moves as many as it has
  /// blocks, one after the other.
  func requireRow(of transfer: Transfer) throws(Failure) {
    if holeBytes > .zero {
      throw Failure(
        .refused, path, "has \(holeBytes.rawValue) bytes of holes, which no NVMe command can skip",
        remedy: "place it anew, see iopmem-place(8), or map a part without any")
    }
    if transfer.byteCount == .zero {
      throw Failure(.refused, path, "has no bytes to transfer in the range asked for")
    }
  }
}

extension Transfer {
  /// Checks that a list does not lie in the bytes that it is about: to copy it there would write to
  /// them, and the controller would write over what it has yet to read.
  func requireApart(
    from list: ClosedRange<UInt64>, _ segments: borrowing SegmentList
  ) throws(Failure) {
    try forEachSegment(of: segments) { (segment) throws(Failure) in
      // It was judged: its last byte has an address.
      let last = segment.address + (segment.length.rawValue - 1)
      guard !list.overlaps(segment.address...last) else {
        throw Failure(
          .refused, path,
          "needs a list from \(list.lowerBound.hex) to \(list.upperBound.hex), and has its own "
            + "bytes from \(segment.fileOffset.hex) there",
          remedy: "give the address of memory of the list's own with --list-base")
      }
    }
  }
}

extension PageSplitter.Problem {
  /// The problem as a person reads it.
  func failure(_ path: FilePath, _ pageSize: ByteCount) -> Failure {
    switch self {
    case .misaligned(let segment):
      Failure(
        .refused, path,
        "begins at the address \(segment.address.hex), and an NVMe controller drops the lowest "
          + "two bits",
        remedy: "begin at a multiple of 4")
    case .insidePage(let segment):
      Failure(
        .refused, path,
        "segment at \(segment.fileOffset.hex) does not follow on the one before by whole memory "
          + "pages of \(pageSize.rawValue) bytes",
        remedy: "use nvme-sgl, or place the file in one piece, see iopmem-place(8)")
    }
  }
}

extension ListMemory {
  /// How a list lies here.
  /// - Throws: `refused` where it cannot.
  func layout(
    of entries: UInt64, _ path: FilePath, under limits: Limits
  ) throws(Failure) -> ListLayout {
    guard let base else {
      throw Failure(
        .refused, path, "needs a list of \(entries) entries, and no memory was given for one",
        remedy: "give the address of the list's memory with --list-base")
    }
    guard let layout = try? ListLayout(entries: entries, from: base, in: self),
      layout.range.upperBound <= limits.lastAddress
    else {
      throw Failure(
        .refused, path,
        "needs a list of \(entries) entries, which from \(base.hex) passes what "
          + "\(limits.addressBits) address bits reach")
    }
    // A segment that only links to the next is allowed by the specification, and refused by
    // controllers that take it for the beginning of a circle.
    if entryBytes == 16, layout.first == ListLayout.Part(address: base, slots: 1, isLast: false) {
      throw Failure(
        .refused, path,
        "needs a list of \(entries) descriptors, and \(base.hex) leaves its page "
          + "room for one",
        remedy: "begin the list at the next page")
    }
    return layout
  }
}
