import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct NameOrderTests {
  /// In order: by bytes, what is in a directory right behind it.
  private static let sorted: [FilePath] = [
    "B", "a", "a/B", "a/b", "a/b/c", "a/c", "a-b", "a.txt", "a0", "ab", "common prefix of all 1",
    "common prefix of all 10", "common prefix of all 2", "\u{E9}", FilePath(bytes: [0xFF]),
  ]

  @Test func oneOfTwoComesFirst() {
    for (left, first) in Self.sorted.enumerated() {
      for (right, second) in Self.sorted.enumerated() {
        #expect(first.precedes(second) == (left < right), "\(first) and \(second)")
      }
    }
  }

  @Test func listsAreSorted() {
    var random = SplitMix64(seed: 3)
    for names in [Self.sorted, Array(Self.sorted[10...12]), []] {
      for _ in 0..<20 {
        var list = names.shuffled(using: &random)
        list = list.sorted(byName: \.self)
        #expect(list == names)
      }
    }
  }

  @Test func manyRandomNamesAreSortedAsOneByOne() {
    var random = SplitMix64(seed: 4)
    var names = (0..<2000).map { _ in
      FilePath(
        bytes: (0..<Int.random(in: 1...14, using: &random)).map { _ in
          [0x2D, 0x2E, 0x61, 0xFE].randomElement(using: &random) ?? 0x61
        })
    }
    let expected = names.sorted { $0.precedes($1) }
    names = names.sorted(byName: \.self)
    #expect(names == expected)
  }
}
