internal import Digest
internal import SystemPackage

extension Fingerprint {
  /// What the digest covers besides the segments.
  struct Subject {
    var identity: FileIdentity
    var size: ByteCount
    var range: Range<FileOffset>
    var window: Window
  }

  /// The fingerprint of a file's map.
  /// - Throws: `Failure` when the segments cannot be read back.
  init(_ subject: Subject, _ segments: borrowing SegmentList) throws(Failure) {
    var digest: StreamingDigest
    do { digest = try StreamingDigest() } catch { throw Failure(error, nil, "cannot digest a map") }
    digest.update(subject.numbers.span)
    digest.update(subject.window.fingerprintNumbers.span)
    var batch = [UInt64](repeating: 0, count: 4 * min(Self.batch, segments.count))
    try segments.forEachRun { (run) throws(Failure) in
      for start in stride(from: 0, to: run.count, by: Self.batch) {
        let count = min(Self.batch, run.count - start)
        Self.write(run.span.extracting(start..<start + count), to: batch.mutableSpan)
        digest.update(batch.span.extracting(..<(4 * count)))
      }
    }
    let value = digest.value
    self.init(high: value.high, low: value.low)
  }

  /// How many segments are digested at once: 16 KiB, which a cache holds.
  private static let batch = 512

  /// Writes four numbers a segment.
  private static func write(_ segments: Span<Segment>, to numbers: consuming MutableSpan<UInt64>) {
    for index in segments.indices {
      let segment = segments[index]
      numbers[4 * index] = segment.fileOffset.rawValue
      numbers[4 * index + 1] = segment.barOffset.rawValue
      numbers[4 * index + 2] = segment.length.rawValue
      numbers[4 * index + 3] = UInt64(segment.flags.rawValue)
    }
  }
}

extension Fingerprint.Subject {
  /// The numbers that are digested before the window's: iopmem(7), FINGERPRINTS.
  fileprivate var numbers: InlineArray<8, UInt64> {
    let uuid = identity.fileSystem.bytes
    return [
      Self.mark, UInt64(lowestFirst: uuid.prefix(8)), UInt64(lowestFirst: uuid.suffix(8)),
      identity.inode, UInt64(identity.generation), size.rawValue, range.lowerBound.rawValue,
      range.length.rawValue,
    ]
  }

  /// What the digest begins with, as bytes: `iopmem` and the version.
  private static let mark = UInt64(lowestFirst: "iopmem\0".utf8 + [UInt8(Fingerprint.version)])
}
