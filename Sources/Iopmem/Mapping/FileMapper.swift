public import SystemPackage

/// Finds the segments of files, mounted or in an image.
public protocol FileMapper: ~Copyable {
  /// What is wanted of the next map.
  var request: MapRequest { get set }

  /// Maps a file.
  /// - Parameter segments: emptied, then filled.
  /// - Throws: `Failure`; the segments are then of no use.
  mutating func map(_ path: FilePath, into segments: inout SegmentList) throws(Failure) -> FileMap

  /// Whether no file has this name: the cause of a failure does not tell a missing file from a
  /// missing device.
  func lacks(_ path: FilePath) -> Bool

  /// Maps every regular file below a directory, or the file itself, in the order of
  /// `FilePath.precedes`. Symbolic links are not followed.
  ///
  /// A file that fails is handed on as its failure, and the others follow.
  /// - Throws: only what the body throws.
  mutating func mapTree(
    _ path: FilePath, into segments: inout SegmentList,
    _ body: (Result<FileMap, Failure>, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure)
}

extension FileMapper where Self: ~Copyable {
  /// Maps a file, its failure as a value.
  public mutating func outcome(
    of path: FilePath, into segments: inout SegmentList
  ) -> Result<FileMap, Failure> {
    do { return .success(try map(path, into: &segments)) } catch { return .failure(error) }
  }
}
