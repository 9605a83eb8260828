internal import Linux
public import SystemPackage

extension MountedFileMapper {
  /// Maps every regular file below a directory, or the file itself.
  public mutating func mapTree(
    _ path: FilePath, into segments: inout SegmentList,
    _ body: (Result<FileMap, Failure>, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    var walk = FileWalk(path)
    while let file = walk.next() { try body(outcome(of: file, into: &segments), segments) }
  }

  /// Maps a file that was found, its failure as a value.
  /// - Parameter segments: emptied, then filled.
  public mutating func outcome(
    of file: FoundFile, into segments: inout SegmentList
  ) -> Result<FileMap, Failure> {
    do throws(Failure) { return .success(try map(file, into: &segments)) } catch {
      return .failure(error)
    }
  }

  private mutating func map(
    _ found: FoundFile, into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    switch try found.place.get() {
    case .path(let path): return try map(path, into: &segments)
    case .entry(let name, let folder):
      let path = folder.path.entry(name)
      let file: Descriptor
      do { file = try folder.open(name) } catch { throw Failure(error, path, "cannot open") }
      return try map(file, named: path, into: &segments)
    }
  }
}
