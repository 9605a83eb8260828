extension MapHandle {
  /// Calls a body with the segments that an engine takes for a part of the file, in its order.
  ///
  /// Where it stops, another call can go on: from the end of a segment the same ones follow.
  /// - Parameters:
  ///   - length: how many bytes; nil for all to the end of what was mapped.
  ///   - skippingHoles: whether bytes without a place are left out; else they are refused.
  ///   - body: answers whether it wants more.
  /// - Throws: `refused` for bytes that were not mapped, for holes, and where the limits cannot be
  ///   kept; some segments may have been handed out by then.
  public func forEachSegment(
    from offset: FileOffset, length: ByteCount?, under limits: Limits, skippingHoles: Bool,
    _ body: (EngineSegment) -> Bool
  ) throws(Failure) {
    let range = try range(from: offset, length)
    var cutter = SegmentCutter(map.path, origin: origin, under: limits)
    var end = range.lowerBound
    var count: UInt64 = 0
    /// Hands out pieces, and answers whether more are wanted.
    func give(_ pieces: Limits.Pieces) throws(Failure) -> Bool {
      for piece in pieces {
        if count == limits.maxSegments { throw .tooManySegments(map.path, piece) }
        count += 1
        guard body(piece) else { return false }
      }
      return true
    }
    for segment in segments[firstIndex(endingAfter: range.lowerBound)...] {
      guard let part = segment.part(in: range) else { break }
      if part.fileOffset != end && !skippingHoles { throw hole(at: end) }
      end = part.end
      guard try give(cutter.add(part)) else { return }
    }
    if end < range.upperBound && !skippingHoles { throw hole(at: end) }
    _ = try give(cutter.finish())
  }

  /// The engine's address of a byte of the file, and how many of the bytes from there follow
  /// one another.
  /// - Throws: `refused` for bytes that were not mapped, and in a hole.
  public func address(
    of offset: FileOffset, length: ByteCount?
  ) throws(Failure) -> (address: UInt64, length: ByteCount) {
    guard offset < map.range.upperBound else { throw beyond(offset, length) }
    var found: EngineSegment?
    try forEachSegment(from: offset, length: length, under: .none, skippingHoles: true) {
      found = $0
      return false
    }
    guard let found, found.fileOffset == offset else { throw hole(at: offset) }
    return (found.address, found.length)
  }

  /// The bytes of a part of the file.
  /// - Throws: `refused` for bytes that were not mapped.
  func range(
    from offset: FileOffset, _ length: ByteCount?
  ) throws(Failure) -> Range<FileOffset> {
    let end = map.range.upperBound
    let last = length.map { try? offset.advanced(by: $0) } ?? max(offset, end)
    guard let last, offset <= end, last <= end else { throw beyond(offset, length) }
    return offset..<last
  }

  /// The index of the first segment that ends after an offset.
  func firstIndex(endingAfter offset: FileOffset) -> Int {
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].end <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func beyond(_ offset: FileOffset, _ length: ByteCount?) -> Failure {
    let count = length.map { "\($0.rawValue)" } ?? "any"
    return Failure(
      .refused, map.path,
      "has \(map.range.upperBound.rawValue) bytes: not \(count) from \(offset.hex) on")
  }

  private func hole(at offset: FileOffset) -> Failure {
    Failure(
      .refused, map.path, "has a hole at \(offset.hex): there is no place for its bytes",
      remedy: "place it anew, see iopmem-place(8)")
  }
}

extension Segment {
  /// Where in the file it ends: what was mapped lies there, so that the sum can be counted.
  fileprivate var end: FileOffset { FileOffset(fileOffset.rawValue + length.rawValue) }

  /// The part of the segment inside a range of the file; nil if there is none.
  func part(in range: Range<FileOffset>) -> Segment? {
    let first = max(fileOffset, range.lowerBound)
    let last = min(end, range.upperBound)
    guard first < last else { return nil }
    return Segment(
      fileOffset: first,
      barOffset: BarOffset(barOffset.rawValue + (first.rawValue - fileOffset.rawValue)),
      length: ByteCount(last.rawValue - first.rawValue), flags: flags)
  }
}
