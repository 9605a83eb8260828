internal import Digest
internal import SystemPackage

extension Fingerprint {
  /// What is digested before the segments.
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
    digest.update(subject.numbers)
    var numbers: [UInt64] = []
    numbers.reserveCapacity(4 * Self.batch)
    try segments.forEachRun { (run) throws(Failure) in
      for start in stride(from: 0, to: run.count, by: Self.batch) {
        numbers.removeAll(keepingCapacity: true)
        for segment in run[start..<min(start + Self.batch, run.count)] {
          numbers.append(segment.fileOffset.rawValue)
          numbers.append(segment.barOffset.rawValue)
          numbers.append(segment.length.rawValue)
          numbers.append(UInt64(segment.flags.rawValue))
        }
        digest.update(numbers)
      }
    }
    let value = digest.value
    self.init(high: value.high, low: value.low)
  }

  /// How many segments are digested at once: 16 KiB, which a cache holds.
  private static let batch = 512
}

extension Fingerprint.Subject {
  /// The numbers that are digested: iopmem(7), FINGERPRINTS.
  fileprivate var numbers: [UInt64] {
    let uuid = identity.fileSystem.bytes
    return [
      // "iopmem" and the version, as bytes.
      "iopmem\0".utf8.reversed().reduce(UInt64(Fingerprint.version)) { $0 << 8 | UInt64($1) },
      Self.number(uuid.prefix(8)), Self.number(uuid.suffix(8)), identity.inode,
      UInt64(identity.generation), size.rawValue, range.lowerBound.rawValue,
      range.upperBound.rawValue - range.lowerBound.rawValue,
    ] + window.fingerprintNumbers
  }

  /// Eight bytes as the number that is written as them, the lowest first.
  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
