internal import Ext4
internal import Linux
internal import SystemPackage

extension NewImage {
  /// Makes a file system in the empty file.
  func format(_ format: DeployedFileSystem.Format, _ size: ByteCount) async throws(Failure) {
    try explain(path, "cannot be made \(size.rawValue) bytes long") { () throws(Errno) in
      try file.truncate(to: size.rawValue)
    }
    do throws(Failure) { _ = try await Formatter.make(format.request(file.linkForChildren)) } catch
    {
      var failure = error
      failure.subject = path
      failure.remedy = nil
      throw failure
    }
  }

  /// Changes the file system in the file: data first, then inodes and names.
  /// - Returns: what was made, proved to lie as it should.
  func make(_ change: ImageChange) throws(Failure) -> [MadeEntry] {
    let hold = try ImageHold(nameless: file, path)
    let fileSystem = try ChangeableFileSystem(path, hold)
    let blockSize = ByteCount(UInt64(fileSystem.base.blockSize))
    let plan = try ImagePlan(
      change.manifest, in: try fileSystem.freeSpace(path), PlacementOptions(),
      origin: BarOffset(0), blockSize: blockSize
    ) { FilePath("/").appending($0.path.components) }
    try fileSystem.expectInodes(change.manifest.entries.count, path)
    guard let total = try? change.manifest.totalSize() else { throw .tooLarge(path) }
    try hold.write(plan, total: total, blockSize: blockSize, nil)
    let made: [MadeEntry]
    do { made = try fileSystem.make(change, plan) } catch {
      throw Failure(
        .failed, path, "cannot be changed: \(error)", remedy: "nothing was changed",
        cause: error.errno)
    }
    _ = try fileSystem.prove(made, Origin(offset: BarOffset(0), isInBar: true))
    return made
  }
}
