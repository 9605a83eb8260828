internal import SystemPackage

/// One name that an unmounted file system is given, and the blocks that its file gets.
struct PlannedEntry {
  let entry: Manifest.Entry
  /// The path in the image that it will have.
  let path: FilePath
  /// Where a file must begin; nil where fragments are allowed, and for what has no blocks.
  var alignment: Alignment?
  /// The runs of a file, in the file's order.
  var runs: [FreeRun] = []
}

/// One name that an unmounted file system was given.
struct MadeEntry {
  let planned: PlannedEntry
  let inode: UInt32
}
