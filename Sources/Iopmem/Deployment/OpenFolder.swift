internal import Linux
internal import SystemPackage

/// A folder of a mounted file system that files are brought into.
final class OpenFolder {
  /// The folder, open, and the file system that it belongs to.
  let volume: MountedVolume

  private init(_ volume: consuming MountedVolume) { self.volume = volume }

  /// Opens a folder to bring files into.
  /// - Returns: nil if it is not there, and not made.
  static func open(
    _ path: FilePath, in root: borrowing Descriptor, at mountPoint: FilePath, makes: Bool,
    _ origin: DeviceOrigin
  ) throws(Failure) -> OpenFolder? {
    let folder = try descend(path, in: root, at: mountPoint, makes: makes)
    guard let folder else { return nil }
    let shown = mountPoint.appending(path.components)
    if makes {
      // Else what a run that was killed has left would lie there until something is placed.
      try explain(shown, "cannot be cleaned up") { () throws(Errno) in
        try StagingDirectory.sweep(folder)
      }
    }
    return OpenFolder(try MountedVolume(folder, named: shown, origin))
  }

  /// Opens a folder one part of its path after the other, so that no link leads elsewhere.
  /// - Parameters:
  ///   - root: the file system's own.
  ///   - makes: whether parts that are not there are made.
  /// - Returns: nil if it is not there.
  static func descend(
    _ path: FilePath, in root: borrowing Descriptor, at mountPoint: FilePath, makes: Bool
  ) throws(Failure) -> Descriptor? {
    var shown = mountPoint
    let device = try explain(shown, "cannot read") { () throws(Errno) in try root.status().device }
    var folder = try explain(shown, "cannot open") { () throws(Errno) in
      try Descriptor(".", in: root, .readOnly, options: .directory)
    }
    for component in path.components {
      shown.append(component)
      let name = FilePath(root: nil, [component])
      guard let next = try step(name, in: folder, makes: makes, shown) else { return nil }
      folder = next
    }
    let found = try explain(shown, "cannot read") { () throws(Errno) in try folder.status().device }
    guard found == device else {
      throw Failure(.refused, shown, "is on another file system that is mounted there")
    }
    return folder
  }

  private static func step(
    _ name: FilePath, in folder: borrowing Descriptor, makes: Bool, _ shown: FilePath
  ) throws(Failure) -> Descriptor? {
    do {
      return try Descriptor(name, in: folder, .readOnly, options: [.directory, .noFollow])
    } catch {
      if error == .notDirectory || error == .tooManySymbolicLinkLevels {
        throw Failure(.refused, shown, "is no directory", remedy: "move it away first")
      }
      guard error == .noSuchFileOrDirectory else { throw Failure(error, shown, "cannot open") }
    }
    guard makes else { return nil }
    return try explain(shown, "cannot be made") { () throws(Errno) in
      try folder.makeDirectoryIfMissing(name, permissions: 0o777)
      try folder.synchronize()
      return try Descriptor(name, in: folder, .readOnly, options: [.directory, .noFollow])
    }
  }
}
