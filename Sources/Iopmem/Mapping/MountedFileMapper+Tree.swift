internal import Linux
public import SystemPackage

extension MountedFileMapper {
  /// A walk that begins at a directory or a file.
  public func walk(_ path: FilePath) -> FileWalk { FileWalk(path) }

  /// The next file of a walk; nil after the last.
  public func next(of walk: inout FileWalk) -> FoundFile? { walk.next() }

  /// A mapper for another thread.
  public func another() -> MountedFileMapper? {
    MountedFileMapper(windows: windows, request: request)
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
