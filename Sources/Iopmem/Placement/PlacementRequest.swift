internal import Linux
public import SystemPackage

/// What is to be placed where, as the caller said it.
public struct PlacementRequest: Sendable {
  /// What the files hold.
  public enum Sources: Sendable {
    /// Files and trees of the machine.
    case files([FilePath])
    /// One buffer of zeros.
    case buffer(ByteCount)
  }

  /// What the files hold.
  public var sources: Sources
  /// An existing directory, or the name of the one thing that is placed.
  public var destination: FilePath
  /// Whether the destination was named as only a directory is, with a slash at its end.
  public var namesDirectory: Bool
  /// What is promised.
  public var options: PlacementOptions

  /// A request of these parts.
  public init(
    sources: Sources, destination: FilePath, namesDirectory: Bool = false,
    options: PlacementOptions
  ) {
    self.sources = sources
    self.destination = destination
    self.namesDirectory = namesDirectory
    self.options = options
  }

  /// The directory that the names go into, and everything that will have a name, as cp(1) would.
  ///
  /// Every source is looked at, down to its last file, before anything is changed.
  /// - Throws: `Failure` for sources that cannot be placed, or not together.
  func resolved(
    destinationIsDirectory: Bool
  ) throws(Failure) -> (directory: FilePath, manifest: Manifest) {
    if destinationIsDirectory {
      if case .buffer = sources {
        throw Failure(.failed, destination, "is a directory", remedy: "name the buffer in it")
      }
      return (destination, try manifest { source throws(Failure) in try Self.name(of: source) })
    }
    let name = try Self.name(of: destination)
    if case .files(let files) = sources, files.count > 1 {
      throw Failure(.failed, destination, "is no directory, and there are several sources")
    }
    let parent = destination.removingLastComponent()
    let manifest = try manifest { _ in name }
    if namesDirectory, manifest.tops.first?.content != .directory {
      throw Failure(.failed, destination, "there is no such directory")
    }
    return (parent.isEmpty ? "." : parent, manifest)
  }

  /// The same in a mounted file system, where the destination must not be part of a source.
  func resolvedWhereMounted() throws(Failure) -> (directory: FilePath, manifest: Manifest) {
    let resolved = try resolved(destinationIsDirectory: try isDirectory(destination))
    try resolved.manifest.expectNoSource(at: resolved.directory)
    return resolved
  }

  private func manifest(
    naming name: (FilePath) throws(Failure) -> FilePath
  ) throws(Failure) -> Manifest {
    switch sources {
    case .buffer(let size):
      return Manifest(buffer: try name(destination), size: size)
    case .files(let files):
      var manifest = Manifest()
      var taken: Set<FilePath> = []
      for file in files {
        let name = try name(file)
        guard taken.insert(name).inserted else {
          throw Failure(.failed, file, "another source has the same name")
        }
        try manifest.add(source: file, as: name, preserves: options.preserves)
      }
      return manifest
    }
  }

  /// A path's last component, if it is a name.
  private static func name(of path: FilePath) throws(Failure) -> FilePath {
    guard let last = path.lastComponent, last.kind == .regular else {
      throw Failure(.failed, path, "does not end in a name", remedy: "name the file or directory")
    }
    let name = FilePath(root: nil, [last])
    // NAME_MAX, linux/limits.h; libext2fs would cut a longer name short.
    guard name.bytes.count <= 255 else {
      throw Failure(.failed, path, "has a name that is too long", cause: .fileNameTooLong)
    }
    return name
  }
}
