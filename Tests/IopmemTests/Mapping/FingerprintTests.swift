@testable import Iopmem
import Linux
import PCI
import TestSupport
import Testing

@Suite struct FingerprintTests {
  @Test func text() throws {
    let fingerprint = Fingerprint(high: 0x0123_4567_89ab_cdef, low: 0xf)
    #expect(fingerprint.description == "1-0123456789abcdef000000000000000f")
    #expect(Fingerprint(fingerprint.description) == fingerprint)
    #expect(
      fingerprint.bytes
        == [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 0, 0, 0, 0, 0, 0, 0xf])
  }

  @Test(arguments: [
    "", "1-", "0123456789abcdef000000000000000f", "2-0123456789abcdef000000000000000f",
    "1-0123456789ABCDEF000000000000000F", "1-0123456789abcdef00000000000000f",
    "1-0123456789abcdef0000000000000000f", "1-+123456789abcdef000000000000000f",
    " 1-0123456789abcdef000000000000000f", "1-０123456789abcdef0000000000000",
  ])
  func refusedText(_ text: String) { #expect(Fingerprint(text) == nil) }

  /// The bytes as iopmem(7) describes them, put together here by hand, and another program's digest.
  @Test func anybodyCanComputeIt() async throws {
    var bytes = Array("iopmem".utf8) + [0, 1] + Array(0..<16)
    bytes += little(12) + little(0xdead_beef) + little(10_000) + little(100) + little(9_900)
    bytes += little(0x1_0000 << 16 | 0x81 << 8 | 0x1f << 3 | 7) + little(2)
    bytes += little(1 << 20) + little(1 << 20) + little(4 << 20)
    bytes += little(0x10_0000_0000) + little(.max)
    for segment in segments {
      bytes += little(segment.fileOffset.rawValue) + little(segment.barOffset.rawValue)
      bytes += little(segment.length.rawValue) + little(UInt64(segment.flags.rawValue))
    }
    let folder = try TemporaryFolder()
    let sum = try await Tool.require("xxh128sum", [try folder.write(bytes, to: "bytes")])
    #expect(try fingerprint(try subject(), segments).description == "1-\(sum.text.prefix(32))")
  }

  /// Whatever changes, the fingerprint does.
  @Test func everyPartCounts() throws {
    var found: Set<Fingerprint> = [try fingerprint(try subject(), segments)]
    func expectNew(_ subject: Fingerprint.Subject, _ segments: [Segment]) throws {
      #expect(found.insert(try fingerprint(subject, segments)).inserted)
    }
    let changes: [(inout Fingerprint.Subject) throws -> Void] = [
      { $0.identity = try .example(uuid: 1) }, { $0.identity = try .example(inode: 13) },
      { $0.identity = try .example(generation: 1) }, { $0.size = ByteCount(10_001) },
      { $0.range = FileOffset(0)..<FileOffset(10_000) },
      { $0.range = FileOffset(100)..<FileOffset(9_999) },
      { $0.window = try window(function: "0000:81:1f.7") }, { $0.window = try window(bar: 0) },
      { $0.window = try window(function: nil, bar: nil) },
      { $0.window = try window(start: 2 << 20) }, { $0.window = try window(length: 2 << 20) },
      { $0.window = try window(barLength: 8 << 20) }, { $0.window = try window(bus: 0) },
      { $0.window = try window(bus: nil, cpu: 0x10_0000_0000) },
    ]
    for change in changes {
      var subject = try subject()
      try change(&subject)
      try expectNew(subject, segments)
    }
    try expectNew(try subject(), [])
    try expectNew(try subject(), Array(segments.prefix(1)))
    for index in segments.indices {
      let moves: [(inout Segment) -> Void] = [
        { $0.fileOffset = FileOffset(1) }, { $0.barOffset = BarOffset(1) },
        { $0.length = ByteCount(1) }, { $0.flags = .shared },
      ]
      for move in moves {
        var segments = segments
        move(&segments[index])
        try expectNew(try subject(), segments)
      }
    }
  }

  @Test func itIsNotOfHowTheWindowIsKnown() throws {
    var other = try subject()
    other.window = try window(source: .named)
    #expect(try fingerprint(other, segments) == fingerprint(try subject(), segments))
  }

  /// Batches and temporary files leave no seams.
  @Test func manySegments() throws {
    let many = (0..<150_000).map { index in
      Segment(
        fileOffset: FileOffset(UInt64(index) * 8192), barOffset: BarOffset(UInt64(index) * 4096),
        length: .page)
    }
    let whole = try fingerprint(try subject(), many)
    #expect(try fingerprint(try subject(), many) == whole)
    for index in [0, 511, 512, 65_535, 65_536, 149_999] {
      var moved = many
      moved[index].barOffset = BarOffset(1)
      #expect(try fingerprint(try subject(), moved) != whole, "\(index)")
    }
  }

  private let segments = [
    Segment(
      fileOffset: FileOffset(100), barOffset: BarOffset(0x12_0064), length: ByteCount(3996)),
    Segment(
      fileOffset: FileOffset(4096), barOffset: BarOffset(0x15_0000), length: ByteCount(5904),
      flags: .unwritten),
  ]

  private func fingerprint(
    _ subject: Fingerprint.Subject, _ segments: [Segment]
  ) throws -> Fingerprint {
    var list = SegmentList()
    for segment in segments { try list.append(segment) }
    return try Fingerprint(subject, list)
  }

  private func subject() throws -> Fingerprint.Subject {
    Fingerprint.Subject(
      identity: try .example(), size: ByteCount(10_000),
      range: FileOffset(100)..<FileOffset(10_000),
      window: try window())
  }

  private func window(
    source: Window.Source = .driver, function: String? = "10000:81:1f.7", bar: Int? = 2,
    start: UInt64 = 1 << 20, length: UInt64 = 1 << 20, barLength: UInt64 = 4 << 20,
    bus: UInt64? = 0x10_0000_0000, cpu: UInt64? = nil
  ) throws -> Window {
    try Window(
      source: source, function: function.flatMap { FunctionAddress($0) }, bar: bar,
      start: BarOffset(start), length: ByteCount(length), barLength: ByteCount(barLength),
      busBase: bus, cpuBase: cpu)
  }

  private func little(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}

extension FileIdentity {
  /// A file of a test's own.
  static func example(
    uuid: UInt8 = 0, inode: UInt64 = 12, generation: UInt32 = 0xdead_beef
  ) throws -> FileIdentity {
    FileIdentity(
      fileSystem: try #require(VolumeUUID(bytes: [uuid] + Array(1..<16))), inode: inode,
      generation: generation)
  }
}
