internal import SystemPackage

/// A transfer as descriptors of AMD's DMA/Bridge Subsystem for PCI Express (XDMA), memory mapped:
/// product guide PG195, "Descriptors"; the Linux driver's `drivers/dma/xilinx/xdma-regs.h`.
///
/// Descriptors are linked, and those that follow one another in memory are fetched together: a
/// block, which crosses no multiple of 4 KiB.
public struct XDMAList: EngineList {
  /// Descriptors of XDMA.
  public static let kind = EngineListKind.xdma
  /// What is moved.
  public let transfer: Transfer
  /// The registers that the channel begins with: the first descriptor's address, and how many are
  /// adjacent to it.
  public let dataPointer: DataPointer
  private let card: CardSide
  private let base: UInt64

  /// The descriptors of a file.
  /// - Parameter base: where the engine finds the first of them; a multiple of 32.
  /// - Throws: `refused` for files with holes, for what the limits refuse, and where the list cannot be.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, under limits: Limits, at base: UInt64,
    _ card: CardSide
  ) throws(Failure) {
    let path = map.path
    // 28 bits, and pages that stay whole.
    transfer = try Transfer(
      of: map, segments, under: card.limits(limits, shortenedTo: ByteCount(0x0FFF_F000), path))
    self.base = base
    self.card = card
    try card.require(transfer, of: map)
    guard base.isMultiple(of: Self.descriptorBytes) else {
      throw Failure(.refused, path, "an XDMA descriptor begins at a multiple of 32")
    }
    let count = transfer.segmentCount
    let (bytes, tooMany) = count.multipliedReportingOverflow(by: Self.descriptorBytes)
    let (last, tooLong) = base.addingReportingOverflow(bytes &- 1)
    guard !tooMany, !tooLong, last <= limits.lastAddress else {
      throw Failure(
        .refused, path,
        "needs \(count) descriptors, which from \(base.hex) pass what \(limits.addressBits) "
          + "address bits reach")
    }
    try transfer.requireApart(from: base...last, segments)
    dataPointer = DataPointer(
      first: base, second: Self.adjacent(to: base, followedBy: count - 1))
  }

  /// One a segment.
  public var recordCount: UInt64 { transfer.segmentCount }

  /// Calls a body with one run of descriptors after the other.
  public func forEachRun(
    of segments: borrowing SegmentList, _ body: ([XDMADescriptor]) throws(Failure) -> Void
  ) throws(Failure) {
    var batch = RecordBatch<XDMADescriptor>()
    var left = transfer.segmentCount
    var next = base
    try card.forEachMove(of: transfer, segments) { (move) throws(Failure) in
      left -= 1
      next &+= Self.descriptorBytes
      let descriptor =
        left == 0
        ? XDMADescriptor(lastOf: move)
        : XDMADescriptor(
          move, next: next, adjacent: Self.adjacent(to: next, followedBy: left - 1))
      try batch.append(descriptor, body)
    }
    try batch.finish(body)
  }

  private static let descriptorBytes: UInt64 = 32
  /// Adjacency has six bits, so that 64 are fetched at most: half of 4 KiB.
  private static let mostInBlock: UInt64 = 64

  /// How many descriptors are fetched with the one at an address, beyond itself: those up to the
  /// next multiple of 2 KiB, so that no block crosses one of 4 KiB.
  private static func adjacent(to address: UInt64, followedBy others: UInt64) -> UInt64 {
    min(mostInBlock - 1 - address / descriptorBytes % mostInBlock, others)
  }
}

/// A descriptor of XDMA, of eight words of four bytes.
public struct XDMADescriptor: EngineRecord {
  /// Magic, adjacency and control bits in the lower half, the length in the upper.
  private let controlAndLength: UInt64
  private let source: UInt64
  private let destination: UInt64
  private let next: UInt64

  private init(_ move: CardSide.Move, control: UInt64, next: UInt64) {
    controlAndLength = (0xAD4B << 16 | control | move.length.rawValue << 32).littleEndian
    source = move.source.littleEndian
    destination = move.destination.littleEndian
    self.next = next.littleEndian
  }

  /// One that others follow, so many of them adjacent to the next.
  init(_ move: CardSide.Move, next: UInt64, adjacent: UInt64) {
    self.init(move, control: adjacent << 8, next: next)
  }

  /// The last one: the channel stops (bit 0) and tells that it is complete (bit 1).
  init(lastOf move: CardSide.Move) { self.init(move, control: 0b11, next: 0) }
}
