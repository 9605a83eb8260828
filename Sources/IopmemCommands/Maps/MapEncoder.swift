internal import Iopmem

/// Encodes the map of one file, which was found to be fit for the format.
protocol MapEncoder {
  /// Writes all of the map.
  /// - Parameter segments: the file's.
  func encode(_ segments: borrowing SegmentList, to writer: inout MapWriter) throws(Failure)
}
