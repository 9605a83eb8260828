internal import SystemPackage

/// Takes segments apart into the memory pages that they touch: pure algebra.
struct PageSplitter: Sendable {
  /// Why segments are no row of pages.
  enum Problem: Error, Hashable, Sendable {
    /// The first byte's address is no multiple of four.
    case misaligned(EngineSegment)
    /// The segment begins inside a page, or the one before it ended inside one.
    case insidePage(EngineSegment)
  }

  private let pageSize: UInt64
  /// The address after the last segment; nil before the first.
  private var end: UInt64?

  init(pageSize: ByteCount) { self.pageSize = pageSize.rawValue }

  /// Takes the next segment.
  /// - Returns: the entries that it adds.
  mutating func add(_ segment: EngineSegment) throws(Problem) -> Pages {
    let mask = pageSize - 1
    var skipped: UInt64 = 0
    if let end {
      if segment.address != end {
        guard (segment.address | end) & mask == 0 else { throw .insidePage(segment) }
      }
      // What is left of a page that was begun has its entry.
      skipped = min((0 &- segment.address) & mask, segment.length.rawValue)
    } else {
      guard segment.address & 3 == 0 else { throw .misaligned(segment) }
    }
    end = segment.address &+ segment.length.rawValue
    return Pages(
      address: segment.address &+ skipped, left: segment.length.rawValue - skipped,
      pageSize: pageSize)
  }

  /// The addresses of pages, the first perhaps inside one.
  struct Pages: Sequence, IteratorProtocol {
    fileprivate var address: UInt64
    /// How many bytes there are from the address.
    fileprivate var left: UInt64
    fileprivate let pageSize: UInt64

    mutating func next() -> UInt64? {
      guard left > 0 else { return nil }
      let entry = address
      let length = Swift.min(left, pageSize - (address & (pageSize - 1)))
      address &+= length
      left -= length
      return entry
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
