internal import Linux
internal import SystemPackage

extension DeployedMap {
  /// What is to be mapped: files of a mounted file system, each the very one that was found or made
  /// to be as declared. Who may write a folder can give its names to other files.
  struct Subject: ~Copyable {
    /// A file.
    struct File {
      /// Where it is on the machine.
      let path: FilePath
      /// Whether it is declared as pinned.
      let isPinned: Bool
      /// Its path from the file system's root.
      let name: FilePath
      /// Its status when it was brought about; nil if it is not known.
      let status: Status?
    }

    /// The files.
    let files: [File]
    /// Where the device lies.
    let windows: WindowSource
    /// Whether the files must be DAX.
    let requiresDAX: Bool
    let root: Descriptor
    let mountPoint: FilePath

    /// Calls a body with the map of each file.
    func forEachMap(
      _ body: (inout FileMap, borrowing SegmentList) throws(Failure) -> Void
    ) throws(Failure) {
      var mapper = MountedFileMapper(
        windows: windows, request: MapRequest(requiresDAX: requiresDAX))
      var segments = SegmentList()
      for file in files {
        mapper.request.requiresPin = file.isPinned
        var map = try mapper.map(open(file), named: file.path, into: &segments)
        try body(&map, segments)
      }
    }

    /// Opens a file to read it, with no link followed.
    /// - Throws: `refused` where another file has its name.
    func open(_ file: File) throws(Failure) -> Descriptor {
      let open = try DeployedMap.open(file.name, in: root, at: mountPoint)
      let found = try explain(file.path, "cannot read") { () throws(Errno) in try open.status() }
      guard let status = file.status, found.isSameFile(as: status) else {
        throw Failure(
          .refused, file.path, "is no longer the file that is declared: another took its name",
          remedy: "run it again")
      }
      return open
    }
  }

  /// Opens a regular file one part of its path after the other, so that no link leads elsewhere.
  /// - Parameter root: that of the file system, which must hold the file.
  static func open(
    _ name: FilePath, in root: borrowing Descriptor, at mountPoint: FilePath
  ) throws(Failure) -> Descriptor {
    let path = mountPoint.appending(name.components)
    let folder = try OpenFolder.descend(
      name.removingLastComponent(), in: root, at: mountPoint, makes: false)
    guard let folder else { throw Failure(.refused, path, "is no longer there") }
    let last = FilePath(root: nil, name.components.suffix(1))
    let file = try open(last, in: folder, path)
    let (status, device) = try explain(path, "cannot read") { () throws(Errno) in
      (try file.status(), try root.status().device)
    }
    guard status.kind == .regular, status.device == device else {
      throw Failure(.refused, path, "is no regular file of the file system")
    }
    return file
  }

  private static func open(
    _ name: FilePath, in folder: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> Descriptor {
    do {
      return try Descriptor(name, in: folder, .readOnly, options: [.noFollow, .nonBlocking])
    } catch {
      guard error == .tooManySymbolicLinkLevels else { throw Failure(error, path, "cannot open") }
      throw Failure(.refused, path, "is a symbolic link now")
    }
  }
}
