internal import Linux
internal import SystemPackage

extension DeployedMap {
  /// Gives the map these bytes, whole or not at all.
  func publish(_ new: borrowing Descriptor) throws(Failure) {
    guard let last = destination.lastComponent else {
      throw Failure(.refused, destination, "is no regular file")
    }
    let name = FilePath(root: nil, [last])
    let folder = try explain(destination, "cannot be written") { () throws(Errno) in
      try openFolder()
    }
    let stage = try explain(destination, "cannot be written") { () throws(Errno) in
      try StagedMap(for: name, in: folder)
    }
    try stage.publish(new, as: name, in: folder, destination)
  }

  /// The folder that the map is in, which is made if it alone is missing: what is in `/run` is gone
  /// after a boot.
  private func openFolder() throws(Errno) -> Descriptor {
    let parent = destination.removingLastComponent()
    do { return try Descriptor(parent, .readOnly, options: .directory) } catch {
      guard error == .noSuchFileOrDirectory, let own = parent.lastComponent else { throw error }
      let above = try Descriptor(parent.removingLastComponent(), .readOnly, options: .directory)
      try above.makeDirectoryIfMissing(FilePath(root: nil, [own]), permissions: 0o777)
      return try Descriptor(parent, .readOnly, options: .directory)
    }
  }
}
