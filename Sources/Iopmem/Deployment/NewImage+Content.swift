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
    try expect(change.folders, in: fileSystem)
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

  /// Checks that the folders that files go into are there: nothing gets a name twice.
  private func expect(
    _ folders: [FilePath: UInt32], in fileSystem: borrowing ChangeableFileSystem
  ) throws(Failure) {
    for (folder, number) in folders {
      guard let name = folder.lastComponent,
        let above = folders[folder.removingLastComponent()]
      else { continue }
      let found = try explain(path) { () throws(Ext4Error) in
        try fileSystem.base.find(FilePath(root: nil, [name]), in: above)
      }
      guard found?.number == number else {
        throw Failure(
          .failed, path, "has another \(QuotedName(folder).text) than it should",
          remedy: "nothing was changed")
      }
    }
  }
}
