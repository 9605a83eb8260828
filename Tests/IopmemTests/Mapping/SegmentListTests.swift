import Iopmem
import Testing

@Suite struct SegmentListTests {
  /// Past the limit they go to a file and come back in order.
  @Test(arguments: [0, 1, 65_536, 65_537, 200_001])
  func keepsOrder(_ count: Int) throws {
    var list = SegmentList()
    for index in 0..<count {
      try list.append(
        Segment(
          fileOffset: FileOffset(UInt64(index)), barOffset: BarOffset(UInt64(index) * 3),
          length: ByteCount(1)))
    }
    var next: UInt64 = 0
    try list.forEachRun { (run) throws(Failure) in
      for segment in run {
        #expect(segment.fileOffset.rawValue == next && segment.barOffset.rawValue == next * 3)
        next += 1
      }
    }
    #expect(next == UInt64(count) && list.count == count)
    list.removeAll()
    try list.forEachRun { (run) throws(Failure) in #expect(run.isEmpty) }
  }
}
