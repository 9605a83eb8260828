import Testing

@testable import Iopmem

@Suite struct MapRequestTests {
  @Test(arguments: [
    (0, nil, false, 0..<5001), (0, nil, true, 0..<8192), (4097, 10, false, 4097..<4107),
    (4097, 10, true, 4096..<8192), (9000, nil, false, 5001..<5001), (9000, 5, true, 5001..<5001),
    (10, UInt64.max, false, 10..<5001), (0, 0, false, 0..<0),
  ])
  func ranges(
    _ offset: UInt64, _ length: UInt64?, _ wholeBlocks: Bool, _ expected: Range<UInt64>
  ) throws {
    let request = MapRequest(
      offset: FileOffset(offset), length: length.map { ByteCount($0) }, wholeBlocks: wholeBlocks)
    let range = try request.range(in: ByteCount(5001), blockSize: .page)
    #expect(range.lowerBound.rawValue == expected.lowerBound)
    #expect(range.upperBound.rawValue == expected.upperBound)
  }

  @Test func roundingCanPassTheEndOfNumbers() {
    let request = MapRequest(wholeBlocks: true)
    #expect(throws: OutOfRange.self) { try request.range(in: ByteCount(.max), blockSize: .page) }
    #expect(throws: OutOfRange.self) { try request.range(in: ByteCount(1), blockSize: .zero) }
  }
}
