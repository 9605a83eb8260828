extension FileMap {
  /// Calls a body with one part of the mapped bytes after the other, each of so many at most.
  func forEachPart(
    of segments: borrowing SegmentList, atMost most: ByteCount,
    _ body: (FileMap, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    var part = FilePart(of: self, atMost: most)
    try segments.forEachRun { (run) throws(Failure) in
      for segment in run {
        var rest = segment
        while rest.length > .zero {
          while rest.fileOffset >= part.end { try part.finish(body) }
          rest = try part.take(rest)
        }
      }
    }
    repeat { try part.finish(body) } while part.isLeft
  }
}

/// A part of a file's map, while its segments come.
private struct FilePart: ~Copyable {
  private var map: FileMap
  private let whole: Range<FileOffset>
  private let most: ByteCount
  private var segments = SegmentList()
  private var placed: UInt64 = 0

  init(of map: FileMap, atMost most: ByteCount) {
    self.map = map
    self.most = most
    whole = map.range
    begin(at: whole.lowerBound)
  }

  /// Where in the file it ends.
  var end: FileOffset { map.range.upperBound }
  /// Whether bytes of the file are left.
  var isLeft: Bool { map.range.lowerBound < whole.upperBound }

  private mutating func begin(at offset: FileOffset) {
    let left = whole.upperBound.rawValue - offset.rawValue
    map.range = offset..<FileOffset(offset.rawValue + min(left, most.rawValue))
    segments.removeAll()
    placed = 0
  }

  /// Takes what lies in it of a segment that begins in it.
  /// - Returns: the rest, which is of no length if there is none.
  mutating func take(_ segment: Segment) throws(Failure) -> Segment {
    var own = segment
    var rest = segment
    let count = min(segment.length.rawValue, end.rawValue - segment.fileOffset.rawValue)
    own.length = ByteCount(count)
    rest.length = ByteCount(segment.length.rawValue - count)
    rest.fileOffset = FileOffset(segment.fileOffset.rawValue + count)
    rest.barOffset = BarOffset(segment.barOffset.rawValue + count)
    placed += count
    try segments.append(own)
    return rest
  }

  /// Hands the part out, and begins the next.
  mutating func finish(
    _ body: (FileMap, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    map.holeBytes = ByteCount(map.range.length.rawValue - placed)
    try body(map, segments)
    begin(at: end)
  }
}
