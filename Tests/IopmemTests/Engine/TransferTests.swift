import Iopmem
import TestSupport
import Testing

@Suite struct TransferTests {
  private static let origin: UInt64 = 0x1_0000_0000

  private func segment(
    _ file: UInt64, _ bar: UInt64, _ length: UInt64, _ flags: ExtentFlags = []
  ) -> Segment {
    Segment(
      fileOffset: FileOffset(file), barOffset: BarOffset(bar), length: ByteCount(length),
      flags: flags)
  }

  private func list(_ segments: [Segment]) throws -> SegmentList {
    var list = SegmentList()
    for segment in segments { try list.append(segment) }
    return list
  }

  private func transferred(
    _ segments: [Segment], under limits: Limits = .none, from origin: UInt64? = Self.origin
  ) throws -> [EngineSegment] {
    let list = try list(segments)
    let transfer = try Transfer(of: .atBase(origin), list, under: limits)
    var found: [EngineSegment] = []
    try transfer.forEachSegment(of: list) { (segment) throws(Failure) in found.append(segment) }
    #expect(transfer.segmentCount == UInt64(found.count))
    #expect(transfer.byteCount.rawValue == found.reduce(0) { $0 + $1.length.rawValue })
    return found
  }

  @Test func whatGoesOnInFileAndBarIsOneSegment() throws {
    let found = try transferred([
      segment(0, 0x1000, 0x1000), segment(0x1000, 0x2000, 0x1000, .unwritten),
      // On in the file alone, then in the BAR alone.
      segment(0x2000, 0x8000, 0x1000), segment(0x9000, 0x9000, 0x1000),
    ])
    #expect(
      found == [
        EngineSegment(
          fileOffset: FileOffset(0), barOffset: BarOffset(0x1000), address: Self.origin + 0x1000,
          length: ByteCount(0x2000), flags: .unwritten),
        EngineSegment(
          fileOffset: FileOffset(0x2000), barOffset: BarOffset(0x8000),
          address: Self.origin + 0x8000, length: .page),
        EngineSegment(
          fileOffset: FileOffset(0x9000), barOffset: BarOffset(0x9000),
          address: Self.origin + 0x9000, length: .page),
      ])
  }

  @Test func joiningComesBeforeEveryLimit() throws {
    // Two halves, neither of them aligned, of what is.
    let limits = try Limits(alignment: ByteCount(512), maxSegments: 1)
    let found = try transferred(
      [segment(0, 0, 100), segment(100, 100, 412, .shared)], under: limits)
    #expect(found.map(\.length) == [ByteCount(512)])
  }

  @Test(arguments: [(UInt64(3), true), (4, true), (2, false)])
  func theNumberOfSegments(_ most: UInt64, _ isKept: Bool) throws {
    let segments = [segment(0, 0, 0x1800), segment(0x2000, 0x4000, 0x1000)]
    let limits = try Limits(boundary: .page, maxSegments: most)
    guard !isKept else {
      #expect(try transferred(segments, under: limits).count == 3)
      return
    }
    let failure = #expect(throws: Failure.self) { try transferred(segments, under: limits) }
    #expect(failure?.code == .refused && failure?.reason.contains("0x2000") == true)
  }

  @Test func everyRefusalSaysWhere() throws {
    let segments = [segment(0x5000, 0x1000, 0x1001)]
    let refusals = [
      (try Limits(alignment: ByteCount(0x2000)), "begins at no multiple of 8192"),
      (try Limits(alignment: .page), "4097 bytes"),
      (try Limits(addressBits: 32), "32 address bits"),
    ]
    for (limits, words) in refusals {
      let failure = #expect(throws: Failure.self) { try transferred(segments, under: limits) }
      #expect(failure?.code == .refused)
      #expect(failure?.reason.contains("0x5000") == true, "\(words)")
      #expect(failure?.reason.contains(words) == true, "\(words)")
    }
  }

  @Test func withoutAnAddressThereIsNoTransfer() throws {
    let failure = #expect(throws: Failure.self) {
      try transferred([segment(0, 0, 1)], from: nil)
    }
    #expect(failure?.code == .refused)
  }

  @Test(arguments: [(UInt64.max, UInt64(0), UInt64(1)), (0, .max, 1), (0, 0, 0)])
  func numbersThatEnd(_ file: UInt64, _ bar: UInt64, _ length: UInt64) throws {
    if length == 0 {
      #expect(try transferred([segment(file, bar, length)]).isEmpty)
    } else {
      #expect(throws: Failure.self) { try transferred([segment(file, bar, length)]) }
    }
  }

  @Test func theFirstAddressIsNotAfterTheLast() throws {
    var joiner = SegmentJoiner(origin: 0)
    #expect(try joiner.add(segment(0, .max, 1)) == nil)
    #expect(try joiner.add(segment(1, 0, 1))?.address == .max)
    #expect(joiner.finish()?.address == 0)
  }

  /// Whatever the limits: the same bytes at the same addresses, in order, and every limit kept.
  @Test(arguments: 0..<200)
  func theSameBytesAtTheSameAddresses(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let unit: UInt64 = 1 << UInt64.random(in: 0...9, using: &random)
    let segments = randomSegments(unit: unit, &random)
    let limits = try Limits(
      maxSegment: Bool.random(using: &random)
        ? nil : ByteCount(UInt64.random(in: unit...(unit * 40), using: &random)),
      boundary: Bool.random(using: &random)
        ? nil : ByteCount(unit << UInt64.random(in: 0...8, using: &random)),
      alignment: ByteCount(unit))
    let found = try transferred(segments, under: limits)
    #expect(
      places(found.map { ($0.fileOffset.rawValue, $0.address, $0.length.rawValue) })
        == places(
          segments.map {
            ($0.fileOffset.rawValue, Self.origin + $0.barOffset.rawValue, $0.length.rawValue)
          }
        ))
    for piece in found {
      let last = piece.address + piece.length.rawValue - 1
      #expect(piece.address % unit == 0 && piece.length.rawValue % unit == 0)
      #expect(piece.length <= limits.maxSegment ?? ByteCount(.max))
      if let boundary = limits.boundary?.rawValue {
        #expect(piece.address / boundary == last / boundary)
      }
    }
    // And no more pieces than the limits make: two neighbours would not go in one.
    for (left, right) in zip(found, found.dropFirst()) {
      let joins =
        left.fileOffset.rawValue + left.length.rawValue == right.fileOffset.rawValue
        && left.address + left.length.rawValue == right.address
      let isCut =
        left.length == limits.maxSegment
        || limits.boundary.map { right.address % $0.rawValue == 0 } ?? false
      #expect(!joins || isCut)
    }
  }

  private func randomSegments(unit: UInt64, _ random: inout SplitMix64) -> [Segment] {
    var file: UInt64 = 0
    var bar: UInt64 = 0
    return (0..<Int.random(in: 1...30, using: &random)).map { _ in
      if Bool.random(using: &random) { file += unit * UInt64.random(in: 0...3, using: &random) }
      if Bool.random(using: &random) { bar += unit * UInt64.random(in: 0...3, using: &random) }
      let length = unit * UInt64.random(in: 1...100, using: &random)
      defer {
        file += length
        bar += length
      }
      return segment(file, bar, length, Bool.random(using: &random) ? .unwritten : [])
    }
  }

  /// Where each byte of the file is, told by the runs in which address and file go on together.
  private func places(_ runs: [(file: UInt64, address: UInt64, length: UInt64)]) -> [[UInt64]] {
    runs.reduce(into: []) { places, run in
      if let last = places.last, last[0] + last[2] == run.file, last[1] + last[2] == run.address {
        places[places.count - 1][2] += run.length
      } else {
        places.append([run.file, run.address, run.length])
      }
    }
  }
}
