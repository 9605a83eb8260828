import Iopmem
import TestSupport
import Testing

@Suite struct SegmentRecordsTests {
  @Test func everyByteIsWhereThePageSays() throws {
    var sample = EngineListSample([(0x1000, 0x2000), (0x9000, 0x101)])
    sample.segments[1].fileOffset = FileOffset(0x0102_0304_0506)
    sample.holes = .page
    let stream = try sample.records()
    #expect(stream.kind == 1 && stream.transferBytes == 0x2101)
    #expect(stream.dataPointer == [UInt8](repeating: 0, count: 16))
    #expect(stream.fingerprint == (1...16).map { UInt8($0) })
    let words: [UInt64] = [
      0, 0x2_0000_1000, 0x2000, 0x0102_0304_0506, 0x2_0000_9000, 0x101,
    ]
    #expect(stream.records == words.flatMap(littleEndian))
  }

  @Test func aFileOfNothingHasAHeader() throws {
    let stream = try EngineListSample([]).records()
    #expect(stream.records.isEmpty && stream.transferBytes == 0)
  }
}
