internal import Linux
internal import SystemPackage

extension DeployedMap {
  /// Gives the map these bytes, whole or not at all.
  /// - Throws: `refused` where its folder's path leads, by now, to where something else is declared.
  func publish(_ new: borrowing Descriptor, beside destinations: MapDestinations) throws(Failure) {
    guard let last = destination.lastComponent else {
      throw Failure(.refused, destination, "is no regular file")
    }
    let name = FilePath(root: nil, [last])
    let folder = try explain(destination, "cannot be written") { () throws(Errno) in
      try openFolder()
    }
    let place = try explain(destination, "cannot be followed") { () throws(Errno) in
      FilePath(bytes: try SymbolicLink.read(folder.link)).entry(name)
    }
    try destinations.check(place, isImage: false)
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
      let name = FilePath(root: nil, [own])
      try above.makeDirectoryIfMissing(name, permissions: 0o777)
      return try Descriptor(name, in: above, .readOnly, options: [.directory, .noFollow])
    }
  }
}
