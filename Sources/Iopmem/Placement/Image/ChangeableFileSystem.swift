internal import Ext4
internal import Linux
internal import SystemPackage

/// An unmounted file system that is sound enough to be changed.
struct ChangeableFileSystem: ~Copyable {
  let base: FileSystem

  /// Opens it and checks it.
  /// - Throws: `Failure`, refused, if it needs recovery, has errors or contradictions, or has
  ///   features that this program would not keep whole.
  init(_ image: FilePath, _ held: borrowing ImageHold) throws(Failure) {
    let base = try held.openFileSystem()
    guard base.condition.isEmpty else {
      throw Failure(
        .refused, image, "is not clean: it was not unmounted, or e2fsck found errors",
        remedy: "run e2fsck on it")
    }
    let features = base.featuresForbiddingChange
    guard features.isEmpty, base.hasExtents else {
      let list = features.isEmpty ? "no extents" : features.joined(separator: ", ")
      throw Failure(
        .refused, image, "has features that this program cannot keep whole: \(list)",
        remedy: "mount it and place into it there")
    }
    let length = try explain(image) { () throws(Ext4Error) in
      try base.readBitmaps()
      return try base.byteCount()
    }
    guard length <= held.length.rawValue else {
      throw Failure(.refused, image, "is shorter than the file system it holds")
    }
    // Before a byte is written: blocks that are wrongly free would overwrite a file.
    try explain(image) { () throws(Ext4Error) in try base.expectConsistent() }
    self.base = base
  }

  /// Lists the free runs.
  func freeSpace(_ image: FilePath) throws(Failure) -> FreeSpace {
    var runs: [FreeRun] = []
    try explain(image) { () throws(Ext4Error) in
      try base.forEachFreeRun { bytes in
        let length = ByteCount(bytes.upperBound - bytes.lowerBound)
        if let run = FreeRun(start: DeviceOffset(bytes.lowerBound), length: length) {
          runs.append(run)
        }
      }
    }
    return FreeSpace(runs)
  }

  /// Checks that so many inodes are free.
  func expectInodes(_ count: Int, _ image: FilePath) throws(Failure) {
    guard count <= Int(base.freeInodeCount) else {
      throw Failure(
        .failed, image, "has \(base.freeInodeCount) free inodes, and \(count) are needed",
        remedy: "nothing was changed", cause: .noSpace)
    }
  }
}
