internal import Iopmem

/// Encodes maps as text. Rows append to bytes and write nothing.
///
/// A class, since it holds what is known of a file, of which a copy for every row would cost more
/// than the row. Conforming classes are final and not generic: the loop over a million segments is
/// then compiled for each of them.
protocol TextMapEncoder: AnyObject, MapEncoder {
  /// What stands before the first file.
  static var opening: StaticString { get }
  /// What stands between two files, and between two segments of one.
  static var separator: StaticString { get }
  /// What stands after the last file.
  /// - Parameter failures: why others have no map.
  static func closing(_ failures: [Failure]) -> [UInt8]
  /// What stands in the place of a file that is refused.
  static func refusal(_ failure: Failure) -> [UInt8]

  /// Cuts the segments; nil if they are listed as they were found.
  var transfer: Transfer? { get }

  /// Makes an encoder of one file's map.
  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64)
  /// Appends what comes before the file's first segment.
  /// - Parameter columns: how many a line has; nil where lines may have any length.
  func begin(_ bytes: inout [UInt8], columns: Int?)
  /// Appends a segment.
  func row(_ segment: Segment, _ bytes: inout [UInt8])
  /// Appends what comes after the file's last segment.
  func end(_ bytes: inout [UInt8])
}

extension TextMapEncoder {
  static var opening: StaticString { "" }
  static var separator: StaticString { "" }
  static func closing(_ failures: [Failure]) -> [UInt8] { [] }
  static func refusal(_ failure: Failure) -> [UInt8] { [] }
  func begin(_ bytes: inout [UInt8], columns: Int?) {}
  func end(_ bytes: inout [UInt8]) {}

  /// Checks that a file's segments can be cut to the limits, and makes its encoder.
  /// - Throws: why they cannot.
  init(
    _ map: FileMap, _ segments: borrowing SegmentList, under limits: Limits?
  ) throws(Failure) {
    guard let limits else {
      self.init(map, cutBy: nil, segmentCount: UInt64(segments.count))
      return
    }
    let transfer = try Transfer(of: map, segments, under: limits)
    self.init(map, cutBy: transfer, segmentCount: transfer.segmentCount)
  }

  func encode(_ segments: borrowing SegmentList, to writer: inout MapWriter) throws(Failure) {
    let columns = writer.columns
    try writer.append { begin(&$0, columns: columns) }
    var separator: StaticString = ""
    if let transfer {
      try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
        try writer.append {
          $0.append(separator)
          row(segment.inBAR, &$0)
        }
        separator = Self.separator
      }
    } else {
      try segments.forEachRun { (run) throws(Failure) in
        for segment in run {
          try writer.append {
            $0.append(separator)
            row(segment, &$0)
          }
          separator = Self.separator
        }
      }
    }
    try writer.append { end(&$0) }
  }
}

extension ExtentFlags {
  /// The names of the hazards that a segment was allowed to have, as `--allow` takes them.
  var names: [String] { isEmpty ? [] : hazards.map(\.rawValue) }
}
