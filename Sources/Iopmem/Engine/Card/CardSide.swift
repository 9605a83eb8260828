internal import SystemPackage

/// The side of a transfer that is an FPGA card's own: where its bytes lie there, and which way they go.
public struct CardSide: Hashable, Sendable {
  /// Which way bytes go, in the words of AMD's product guides.
  public enum Direction: String, Sendable, CaseIterable {
    /// The card reads the file: host to card.
    case hostToCard = "h2c"
    /// The card writes the file: card to host.
    case cardToHost = "c2h"
  }

  /// Which way they go.
  public let direction: Direction
  /// The card's own address of the first byte; the others follow on it.
  public let base: UInt64

  /// A side of these parts.
  public init(_ direction: Direction, base: UInt64) {
    self.direction = direction
    self.base = base
  }

  /// A segment with its place in the card's memory.
  struct Move: Hashable, Sendable {
    let source: UInt64
    let destination: UInt64
    let length: ByteCount
  }

  /// Limits under which a segment's length fits its descriptor, and whole pages stay whole.
  func limits(
    _ limits: Limits, shortenedTo most: ByteCount, _ path: FilePath
  ) throws(Failure) -> Limits {
    do { return try limits.shortened(to: most) } catch {
      throw Failure(
        .refused, path, "a descriptor has no length that is a multiple of the alignment")
    }
  }

  /// Checks that a transfer is a row of bytes, and that the card has an address for each.
  func require(_ transfer: Transfer, of map: FileMap) throws(Failure) {
    try transfer.requireRow(of: map, skippedBy: "no row of the card's addresses")
    let (_, overflow) = base.addingReportingOverflow(transfer.byteCount.rawValue - 1)
    guard !overflow else {
      throw Failure(
        .refused, map.path,
        "has \(transfer.byteCount.rawValue) bytes, which from the card's \(base.hex) pass the end "
          + "of its address space")
    }
  }

  /// Calls a body with one move after the other.
  func forEachMove(
    of transfer: Transfer, _ segments: borrowing SegmentList,
    _ body: (Move) throws(Failure) -> Void
  ) throws(Failure) {
    // The last byte's address was checked.
    var card = base
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      let isRead = direction == .hostToCard
      try body(
        Move(
          source: isRead ? segment.address : card, destination: isRead ? card : segment.address,
          length: segment.length))
      card &+= segment.length.rawValue
    }
  }
}
