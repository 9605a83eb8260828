internal import Iopmem
internal import Linux
internal import SystemPackage

/// A form in which maps go out, one file after the other.
protocol MapRenderer: AnyObject {
  /// Writes what comes before the first file.
  func begin() throws(Failure)
  /// Writes a file's map.
  func write(_ map: FileMap, _ segments: borrowing SegmentList) throws(Failure)
  /// Writes what comes after the last file, and all that has gathered.
  func finish() throws(Failure)
}

extension ExtentFlags {
  /// Hazards of a segment that was allowed to have them, as in `--allow`.
  var names: [String] { isEmpty ? [] : hazards.map(\.rawValue) }
}

/// Says of a failed write where it should have gone.
func toOutput(_ name: String, _ body: () throws(Errno) -> Void) throws(Failure) {
  do { try body() } catch { throw Failure(error, nil, "cannot write \(name)") }
}
