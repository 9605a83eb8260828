/// Segments in as little memory as most need: twelve bytes, against 32 as they are.
///
/// A segment is told by its length and its distances, in file and BAR, from the end of the one
/// before it. One that is too far, too long, or has flags is told in full, behind a length of none.
struct PackedSegments: Sendable {
  let words: [UInt32]

  /// How many bytes they take.
  var byteCount: Int { words.count * MemoryLayout<UInt32>.stride }

  /// The segments that were packed into these words.
  init(words: [UInt32]) { self.words = words }

  /// The segments, packed.
  init(_ segments: [Segment]) {
    var words: [UInt32] = []
    words.reserveCapacity(3 * segments.count)
    var end = End()
    for segment in segments {
      // Wrapping, here and where it is taken back: any distance is one.
      let gap = segment.fileOffset.rawValue &- end.file
      let move = Int64(bitPattern: segment.barOffset.rawValue &- end.bar)
      if segment.flags.isEmpty, segment.length > .zero,
        let length = UInt32(exactly: segment.length.rawValue), let gap = UInt32(exactly: gap),
        let move = Int32(exactly: move)
      {
        words.append(length)
        words.append(gap)
        words.append(UInt32(bitPattern: move))
      } else {
        words.append(0)
        words.append(segment.flags.rawValue)
        for value in [
          segment.length.rawValue, segment.fileOffset.rawValue, segment.barOffset.rawValue,
        ] {
          words.append(UInt32(truncatingIfNeeded: value))
          words.append(UInt32(truncatingIfNeeded: value >> 32))
        }
      }
      end = End(of: segment)
    }
    self.words = words
  }

  /// Puts the segments in an array's place.
  func unpack(into segments: inout [Segment]) {
    segments.removeAll(keepingCapacity: true)
    var end = End()
    var next = 0
    while next < words.count {
      let segment: Segment
      if words[next] != 0 {
        segment = Segment(
          fileOffset: FileOffset(end.file &+ UInt64(words[next + 1])),
          barOffset: BarOffset(
            end.bar &+ UInt64(bitPattern: Int64(Int32(bitPattern: words[next + 2])))),
          length: ByteCount(UInt64(words[next])))
        next += 3
      } else {
        segment = Segment(
          fileOffset: FileOffset(number(at: next + 4)), barOffset: BarOffset(number(at: next + 6)),
          length: ByteCount(number(at: next + 2)), flags: ExtentFlags(rawValue: words[next + 1]))
        next += 8
      }
      segments.append(segment)
      end = End(of: segment)
    }
  }

  private func number(at index: Int) -> UInt64 {
    UInt64(words[index]) | UInt64(words[index + 1]) << 32
  }

  /// Where a segment ends.
  private struct End {
    var file: UInt64 = 0
    var bar: UInt64 = 0

    init() {}

    init(of segment: Segment) {
      file = segment.fileOffset.rawValue &+ segment.length.rawValue
      bar = segment.barOffset.rawValue &+ segment.length.rawValue
    }
  }
}
