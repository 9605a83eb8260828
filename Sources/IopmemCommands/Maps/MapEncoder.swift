internal import Iopmem

/// Encodes the map of one file. Making one proves that the map can be had in the format.
protocol MapEncoder {
  /// Writes all of the map.
  /// - Parameter segments: the file's.
  func encode(_ segments: borrowing SegmentList, to writer: inout MapWriter) throws(Failure)
}
