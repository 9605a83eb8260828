internal import Linux
internal import SystemPackage

/// What is to be mapped of an image: files, each the very one that was found or made to be as
/// declared.
struct ImageMapSubject {
  /// A file.
  struct File {
    /// Its path in the image.
    let path: FilePath
    /// Whether it is declared as pinned.
    let isPinned: Bool
    /// Its inode when it was brought about; nil if that is not known.
    let inode: UInt32?
  }

  let image: FilePath
  let files: [File]
  let windows: WindowSource

  /// Calls a body with the map of each file.
  func forEachMap(
    _ body: (inout FileMap, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    // Another run of the same manifest may be at work on it.
    let source = try UnmountedImage(
      ImageName(image), windows: windows, waiting: .forAnotherRun)
    var mapper = try ImageFileMapper(source, request: MapRequest())
    var segments = SegmentList()
    for file in files {
      mapper.request.requiresPin = file.isPinned
      var map = try mapper.map(file.path, into: &segments)
      guard let inode = file.inode, map.inode == UInt64(inode) else {
        throw Failure(
          .refused, file.path, "is no longer the file that is declared: another took its name",
          remedy: "run it again")
      }
      try body(&map, segments)
    }
  }
}
