extension MapHandle {
  /// Lays out a part of the file as an engine's list.
  /// - Parameters:
  ///   - length: how many bytes; nil for all to the end of what was mapped.
  ///   - make: makes the list of a map of that part and its segments.
  ///   - use: is handed the list with these segments.
  /// - Throws: `refused` for bytes that were not mapped, and what the two throw.
  public func withList<List: EngineList>(
    from offset: FileOffset, length: ByteCount?,
    made make: (FileMap, borrowing SegmentList) throws(Failure) -> List,
    _ use: (List, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    var part = map
    part.range = try range(from: offset, length)
    var placed: UInt64 = 0
    var found = SegmentList()
    for segment in segments[firstIndex(endingAfter: part.range.lowerBound)...] {
      guard let piece = segment.part(in: part.range) else { break }
      placed += piece.length.rawValue
      try found.append(piece)
    }
    // Segments do not overlap, so that the range has room for all of them.
    part.holeBytes = ByteCount(part.range.length.rawValue - placed)
    try use(try make(part, found), found)
  }
}
