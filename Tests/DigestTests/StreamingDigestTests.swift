import Digest
import Testing

@Suite struct StreamingDigestTests {
  /// XXH3's own value for no bytes at all (xxhash's doc/xxhash_spec.md, and `xxh128sum /dev/null`).
  @Test func nothing() throws {
    let value = try StreamingDigest().value
    #expect(value.high == 0x99aa_06d3_0147_98d8 && value.low == 0x6001_c324_468d_497f)
  }

  /// However the numbers come, the digest is that of all of them.
  @Test(arguments: [1, 2, 31, 32, 33, 1000])
  func piecesDoNotMatter(_ length: Int) throws {
    let numbers = (0..<1000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    var whole = try StreamingDigest()
    whole.update(numbers.span)
    var pieces = try StreamingDigest()
    for start in stride(from: 0, to: numbers.count, by: length) {
      pieces.update(numbers.span.extracting(start..<min(start + length, numbers.count)))
    }
    let (expected, found) = (whole.value, pieces.value)
    #expect(expected == found)
    pieces.update([UInt64(0)].span)
    let longer = pieces.value
    #expect(expected != longer)
  }
}
