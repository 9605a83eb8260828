public import SystemPackage

/// Finds the segments of files, mounted or in an image.
public protocol FileMapper: SendableMetatype, ~Copyable {
  /// A file that a walk has found, or what stands in the place of files that it could not.
  associatedtype File: WalkedFile
  /// Every regular file below a directory, or the file itself, in the order of `FilePath.precedes`.
  /// Symbolic links are not followed.
  associatedtype Walk

  /// What is wanted of the next map.
  var request: MapRequest { get set }

  /// Maps a file.
  /// - Parameter segments: emptied, then filled.
  /// - Throws: `Failure`; the segments are then of no use.
  mutating func map(_ path: FilePath, into segments: inout SegmentList) throws(Failure) -> FileMap

  /// Maps a file that was found, its failure as a value.
  /// - Parameter segments: emptied, then filled.
  mutating func outcome(of file: File, into segments: inout SegmentList) -> Result<FileMap, Failure>

  /// Whether no file has this name: the cause of a failure does not tell a missing file from a
  /// missing device.
  func lacks(_ path: FilePath) -> Bool

  /// A walk that begins at a directory or a file.
  func walk(_ path: FilePath) -> Walk

  /// The next file of a walk; nil after the last.
  func next(of walk: inout Walk) -> File?

  /// A mapper of the same files, for another thread; nil where there can be none.
  func another() -> Self?
}

/// A file among many that are mapped.
public protocol WalkedFile: Sendable {
  /// A file that a user named.
  init(named path: FilePath)

  /// Whether it keeps a folder open that another one does not.
  func opensFolder(besides other: Self?) -> Bool
}

extension FileMapper where Self: ~Copyable {
  /// Maps a file, its failure as a value.
  public mutating func outcome(
    of path: FilePath, into segments: inout SegmentList
  ) -> Result<FileMap, Failure> {
    outcome(of: File(named: path), into: &segments)
  }

  /// Maps every file of a walk. One that fails is handed on as its failure, and the others follow.
  /// - Throws: only what the body throws.
  public mutating func mapTree(
    _ path: FilePath, into segments: inout SegmentList,
    _ body: (Result<FileMap, Failure>, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    var walk = walk(path)
    while let file = next(of: &walk) { try body(outcome(of: file, into: &segments), segments) }
  }
}
