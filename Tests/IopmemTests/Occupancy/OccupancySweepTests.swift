@testable import Iopmem
import TestSupport
import Testing

@Suite struct OccupancySweepTests {
  private typealias Claim = OccupancySweep.Claim

  /// The areas of a device of 100 bytes, as text.
  private func areas(
    _ space: [(Range<UInt64>, Occupancy.Content)], _ claims: [(Range<UInt64>, Occupancy.Content)]
  ) -> [String] {
    var sweep = OccupancySweep()
    sweep.space = space.map { Claim(bytes: $0, content: $1) }
    sweep.claims = claims.map { Claim(bytes: $0, content: $1) }
    return sweep.areas(length: ByteCount(100)).map { area in
      "\(area.start.rawValue)+\(area.length.rawValue) \(area.content)"
    }
  }

  @Test func filesLieInWhatIsInUse() {
    #expect(
      areas(
        [(0..<10, .metadata), (10..<60, .other), (60..<100, .free)],
        [(20..<30, .file(0)), (30..<40, .file(1)), (40..<45, .file(0))])
        == [
          "0+10 metadata", "10+10 other", "20+10 file(0)", "30+10 file(1)", "40+5 file(0)",
          "45+15 other", "60+40 free",
        ])
  }

  @Test func whatIsInUseNeedNotBeTold() {
    #expect(
      areas([(0..<10, .free), (90..<100, .free)], [(10..<90, .file(0))])
        == ["0+10 free", "10+80 file(0)", "90+10 free"])
    #expect(areas([], []) == ["0+100 other"])
  }

  @Test func bytesOfSeveralFilesAreShared() {
    #expect(
      areas([(0..<100, .other)], [(0..<60, .file(0)), (40..<100, .file(1))])
        == ["0+40 file(0)", "40+20 shared", "60+40 file(1)"])
    // One file twice is not two.
    #expect(
      areas([(0..<100, .other)], [(0..<60, .file(0)), (40..<100, .file(0))])
        == ["0+100 file(0)"])
  }

  @Test(arguments: [Occupancy.Content.free, .metadata, .journal])
  func aFileOverWhatCannotBeItsOwnIsUnsettled(_ content: Occupancy.Content) {
    #expect(
      areas([(0..<100, content)], [(10..<20, .file(0))])
        == ["0+10 \(content)", "10+10 unsettled", "20+80 \(content)"])
  }

  @Test func nothingReachesPastTheDevice() {
    #expect(
      areas(
        [(0..<50, .free), (50..<200, .other)], [(90..<UInt64.max, .file(0)), (5..<5, .file(1))])
        == ["0+50 free", "50+40 other", "90+10 file(0)"])
  }

  /// Held against a walk of every byte.
  @Test func areasAreThoseOfEveryByte() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<200 {
      var space: [(Range<UInt64>, Occupancy.Content)] = []
      var position: UInt64 = 0
      while position < 100 {
        let end = min(100, position + UInt64.random(in: 1...30, using: &random))
        if let content = [Occupancy.Content.free, .metadata, .other, nil].randomElement(
          using: &random), let content
        {
          space.append((position..<end, content))
        }
        position = end
      }
      let claims: [(Range<UInt64>, Occupancy.Content)] = (0..<6).map { file in
        let start = UInt64.random(in: 0..<110, using: &random)
        return (start..<start + UInt64.random(in: 0...30, using: &random), .file(file / 2))
      }
      let expected = (0..<UInt64(100)).map { byte -> Occupancy.Content in
        let base = space.first { $0.0.contains(byte) }?.1
        let files = Set(claims.filter { $0.0.contains(byte) }.map(\.1))
        guard let file = files.first else { return base ?? .other }
        guard base == nil || base == .other else { return .unsettled }
        return files.count == 1 ? file : .shared
      }
      var sweep = OccupancySweep()
      sweep.space = space.map { Claim(bytes: $0, content: $1) }
      sweep.claims = claims.map { Claim(bytes: $0, content: $1) }
      let areas = sweep.areas(length: ByteCount(100))
      let found = areas.flatMap { area in
        [Occupancy.Content](repeating: area.content, count: Int(area.length.rawValue))
      }
      #expect(found == expected, "\(space) \(claims)")
      #expect(zip(areas, areas.dropFirst()).allSatisfy { $0.content != $1.content })
    }
  }
}
