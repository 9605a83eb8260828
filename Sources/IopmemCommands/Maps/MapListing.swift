internal import Iopmem

/// A text form of maps: pure, it appends to bytes and writes nothing.
///
/// A class, since it holds what is known of a file, of which a copy for every row would cost more
/// than the row.
protocol MapListing: AnyObject {
  /// What stands before the first file.
  static var opening: StaticString { get }
  /// What stands between two files, and between two segments of one.
  static var separator: StaticString { get }
  /// What stands after the last file.
  static var closing: StaticString { get }

  /// The form for one file.
  init(_ map: FileMap, segmentCount: UInt64)
  /// Appends what comes before the file's first segment.
  func begin(_ bytes: inout [UInt8])
  /// Appends a segment.
  func row(_ segment: Segment, _ bytes: inout [UInt8])
  /// Appends what comes after the file's last segment.
  func end(_ bytes: inout [UInt8])
}

extension MapListing {
  static var opening: StaticString { "" }
  static var separator: StaticString { "" }
  static var closing: StaticString { "" }
  func begin(_ bytes: inout [UInt8]) {}
  func end(_ bytes: inout [UInt8]) {}
}

extension ExtentFlags {
  /// Hazards of a segment that was allowed to have them, as in `--allow`.
  var names: [String] { isEmpty ? [] : hazards.map(\.rawValue) }
}
