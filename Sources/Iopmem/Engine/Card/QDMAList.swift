internal import SystemPackage

/// A transfer as memory mapped descriptors of AMD's Queue DMA Subsystem for PCI Express (QDMA), for a
/// queue in internal mode: product guide PG302, "AXI Memory Mapped Descriptor for H2C and C2H (32B)".
///
/// They go to the slots of a queue's ring, one after the other.
public struct QDMAList: EngineList {
  /// Descriptors of QDMA.
  public static let kind = EngineListKind.qdma
  /// What is moved.
  public let transfer: Transfer
  private let card: CardSide

  /// The descriptors of a file.
  ///
  /// Version 4.0 of the subsystem has 28 bits for a length, version 5.0 has 16: a segment is cut to
  /// what both take, unless the limits tell how long it can be.
  /// - Throws: `refused` for files with holes, and for what the limits refuse.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, under limits: Limits, _ card: CardSide
  ) throws(Failure) {
    let most: UInt64 = limits.maxSegment == nil ? 0xF000 : 0x0FFF_F000
    transfer = try Transfer(
      of: map, segments, under: card.limits(limits, shortenedTo: ByteCount(most), map.path))
    self.card = card
    try card.require(transfer, of: map)
  }

  /// One a segment.
  public var recordCount: UInt64 { transfer.segmentCount }
  /// Nothing: the ring's place is the queue's.
  public var dataPointer: DataPointer { .none }

  /// Calls a body with one run of descriptors after the other.
  public func forEachRun(
    of segments: borrowing SegmentList, _ body: ([QDMADescriptor]) throws(Failure) -> Void
  ) throws(Failure) {
    var batch = RecordBatch<QDMADescriptor>()
    try card.forEachMove(of: transfer, segments) { (move) throws(Failure) in
      try batch.append(QDMADescriptor(move), body)
    }
    try batch.finish(body)
  }
}

/// A descriptor of QDMA, of 256 bits; those that the guide has reserved are 0.
public struct QDMADescriptor: EngineRecord {
  private let source: UInt64
  private let length: UInt64
  private let destination: UInt64
  private let reserved: UInt64 = 0

  init(_ move: CardSide.Move) {
    source = move.source.littleEndian
    length = move.length.rawValue.littleEndian
    destination = move.destination.littleEndian
  }
}
