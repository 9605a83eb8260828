import Iopmem
import TestSupport
import Testing

@Suite struct PRPListTests {
  /// Where the controller moves the bytes of a file.
  private func moved(
    _ sample: EngineListSample, base: UInt64? = nil, pageSize: UInt64 = 4096
  ) throws -> [NVMeController.Run] {
    let stream = try sample.pages(.pages(base: base, pageSize: ByteCount(pageSize)))
    #expect(stream.kind == 2)
    let controller = NVMeController(
      pageSize: pageSize, listBase: base ?? 0, list: stream.records)
    return try controller.runs(
      physicalRegionPages: stream.dataPointer, bytes: stream.transferBytes
    ).joined
  }

  private static let inCommand: [(bar: UInt64, length: UInt64, first: UInt64, second: UInt64)] = [
    (0, 4096, 0, 0), (0, 1, 0, 0), (0xFFC, 4, 0xFFC, 0), (0, 4097, 0, 0x1000),
    (0xFFC, 5, 0xFFC, 0x1000), (0x1004, 0x1FFC, 0x1004, 0x2000), (0, 8192, 0, 0x1000),
  ]

  @Test(arguments: inCommand)
  func oneOrTwoPagesAreInTheCommand(
    _ bar: UInt64, _ length: UInt64, _ first: UInt64, _ second: UInt64
  ) throws {
    let sample = EngineListSample([(bar, length)])
    let stream = try sample.pages(.pages())
    #expect(stream.records.isEmpty && stream.transferBytes == length)
    let origin = sample.origin
    let words = [origin + first, second == 0 ? 0 : origin + second]
    #expect(stream.dataPointer == words.flatMap(littleEndian))
    #expect(try moved(sample) == sample.runs)
  }

  @Test func threePagesNeedAList() throws {
    let sample = EngineListSample([(0x800, 0x1801)])
    let stream = try sample.pages(.pages(base: 0x5000))
    #expect(
      stream.dataPointer == littleEndian(sample.origin + 0x800) + littleEndian(0x5000))
    #expect(
      stream.records
        == [sample.origin + 0x1000, sample.origin + 0x2000].flatMap(littleEndian))
    let failure = #expect(throws: Failure.self) { try sample.pages(.pages()) }
    #expect(failure?.code == .refused && failure?.remedy?.contains("--list-base") == true)
  }

  /// Copied there, it would be written over by what it is about.
  @Test func noListLiesInItsOwnBytes() throws {
    let sample = EngineListSample([(0x800, 0x1801)])
    for (place, isApart) in [
      (UInt64(0x7F0), true), (0x7F8, false), (0x800, false), (0x2000, false), (0x2008, true),
    ] {
      let base = sample.origin + place
      if isApart {
        #expect(try moved(sample, base: base) == sample.runs)
      } else {
        let failure = #expect(throws: Failure.self) { try moved(sample, base: base) }
        #expect(failure?.code == .refused && failure?.reason.contains("its own bytes") == true)
      }
    }
  }

  /// Of 4 KiB pages, 512 slots each: the last is an entry if it is the last entry, else a link.
  private static let chains: [(pages: UInt64, base: UInt64, slots: Int)] = [
    (513, 0x10000, 512), (514, 0x10000, 514), (1024, 0x10000, 1024), (1025, 0x10000, 1026),
    // One slot of the first page is left: an entry if there are no more, else a link.
    (3, 0x10FF0, 2), (4, 0x10FF0, 4), (3, 0x10FF8, 3), (515, 0x10FF8, 516),
  ]

  @Test(arguments: chains)
  func listsGoOnInTheNextPage(_ pages: UInt64, _ base: UInt64, _ slots: Int) throws {
    let sample = EngineListSample([(0, pages * 4096)])
    #expect(try sample.pages(.pages(base: base)).records.count == slots * 8)
    #expect(try moved(sample, base: base) == sample.runs)
  }

  @Test(arguments: 0..<150)
  func theControllerMovesTheFilesBytes(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let pageSize: UInt64 = 4096 << UInt64.random(in: 0...4, using: &random)
    var place: UInt64 = pageSize * 7
    let count = Int.random(in: 1...60, using: &random)
    let skipped = UInt64.random(in: 0..<pageSize / 4, using: &random) * 4
    let cut = UInt64.random(in: 0..<pageSize, using: &random)
    let runs = (0..<count).map { index in
      let length = pageSize * UInt64.random(in: 1...80, using: &random)
      let first = index == 0 ? skipped : 0
      // The list may hold any order: the file's need not be the BAR's.
      defer { place = (place + length + pageSize * 3) % (1 << 40) }
      let last = index == count - 1 ? min(cut, length - first - 1) : 0
      return (bar: place + first, length: length - first - last)
    }
    var sample = EngineListSample(runs)
    sample.limits = try Limits(
      maxSegment: Bool.random(using: &random)
        ? nil : ByteCount(UInt64.random(in: 1000...70_000, using: &random)),
      boundary: Bool.random(using: &random) ? nil : ByteCount(1 << 13))
    let base = UInt64.random(in: 0..<(1 << 40), using: &random) * 8
    #expect(try moved(sample, base: base, pageSize: pageSize) == sample.runs)
  }

  @Test func whatPagesCannotTellIsRefused() throws {
    let samples = [
      // Not at a multiple of four; a gap inside a page, from both sides; another page size.
      (EngineListSample([(2, 4096)]), 4096, "drops the lowest two bits"),
      (EngineListSample([(0, 4096), (0x2200, 4096)]), 4096, "segment at 0x1000"),
      (EngineListSample([(0, 512), (0x2000, 4096)]), 4096, "segment at 0x200"),
      (EngineListSample([(0, 4096), (0x2000, 4096)]), 8192, "8192"),
      (EngineListSample([]), 4096, "no bytes"),
    ]
    for (sample, pageSize, words) in samples {
      let failure = #expect(throws: Failure.self, "\(words)") {
        try sample.pages(.pages(base: 0, pageSize: ByteCount(UInt64(pageSize))))
      }
      #expect(failure?.code == .refused)
      #expect(failure?.reason.contains(words) == true, "\(failure?.reason ?? "")")
    }
    var holed = EngineListSample([(0, 4096)])
    holed.holes = .page
    #expect(throws: Failure.self) { try holed.pages(.pages()) }
  }

  @Test func segmentsThatAreCutInsideAPageAreItsBytesStill() throws {
    var sample = EngineListSample([(0x204, 0x5000)])
    sample.limits = try Limits(maxSegment: ByteCount(100), boundary: ByteCount(512))
    #expect(try moved(sample, base: 0x100000) == sample.runs)
  }

  @Test func aListMustBeInReachToo() throws {
    var sample = EngineListSample([(0, 512 * 4096)])
    sample.limits = try Limits(addressBits: 34)
    let last: UInt64 = (1 << 34) - 511 * 8
    #expect(try moved(sample, base: last) == sample.runs)
    #expect(throws: Failure.self) { try moved(sample, base: last + 8) }
    #expect(throws: Failure.self) { try moved(EngineListSample([(0, 1 << 20)]), base: .max - 7) }
  }

  @Test func memoryThatIsNone() {
    for pageSize: UInt64 in [0, 512, 2048, 4097, 12_288, 256 << 20] {
      #expect(throws: ListMemory.Mistake.pageSize) {
        try ListMemory.pages(pageSize: ByteCount(pageSize))
      }
    }
    #expect(throws: ListMemory.Mistake.misaligned) { try ListMemory.pages(base: 0x1004) }
    #expect(throws: ListMemory.Mistake.misaligned) { try ListMemory.descriptors(base: 0x1008) }
  }
}

/// A number's eight bytes, the lowest first.
func littleEndian(_ value: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
