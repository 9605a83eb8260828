internal import Linux
internal import SystemPackage

/// Brings the files of one mounted file system about.
///
/// What is as declared keeps its inode, its blocks and its addresses. What is not is replaced whole,
/// by a file that has its name only once it is written and proved.
struct FileDeployer: ~Copyable {
  let fileSystem: DeployedFileSystem
  let root: Descriptor
  let plans: Bool
  private let verifies: Bool
  private let windows: WindowSource
  private var pinner: Pinner
  /// The folders of files before, by their paths.
  private var folders: [FilePath: OpenFolder] = [:]
  /// How many folders are kept open: a process may have some thousand descriptors.
  private static let mostFolders = 64

  /// - Parameters:
  ///   - device: what the mount point must be on; nil for any.
  ///   - plans: whether everything is looked at, and nothing changed.
  ///   - verifies: whether bytes are compared even where the record says that they are the same.
  init(
    _ fileSystem: DeployedFileSystem, on device: FilePath?, in machine: SystemRoot, plans: Bool,
    verifies: Bool
  ) throws(Failure) {
    let point = fileSystem.mountPoint
    let opened = try explain(point, "cannot open") { () throws(Errno) in
      try Descriptor(point, .readOnly, options: .directory)
    }
    let found = try explain(point, "cannot read") { () throws(Errno) in try opened.status().device }
    if let device, try found != BlockDevice.number(at: device, in: machine) {
      throw Failure(.failed, point, "is no longer the mount point", remedy: "try again")
    }
    if !plans {
      do { try opened.lock(waiting: .forAnotherRun) } catch .wouldBlock {
        throw Failure(
          .failed, point, "is being deployed to by another run", remedy: "try again when it is done"
        )
      } catch { throw Failure(error, point, "cannot be locked") }
    }
    root = opened
    self.fileSystem = fileSystem
    self.plans = plans
    self.verifies = verifies
    windows = WindowSource(root: machine, choices: fileSystem.choices)
    pinner = Pinner(windows: windows, requiresDAX: fileSystem.requiresDAX)
  }

  /// Brings a file about.
  mutating func deploy(_ file: DeployedFile) throws(Failure) -> DeployedItem {
    let path = fileSystem.path(of: file)
    let source = try file.source()
    let name = FilePath(root: nil, file.path.components.suffix(1))
    guard let folder = try open(file.path.removingLastComponent()) else {
      // Only a plan leaves folders unmade.
      try source?.expectDigest(file.digest, nil)
      return DeployedItem(.file, path, .created)
    }
    let status: Status
    do { status = try folder.volume.directory.status(of: name) } catch {
      guard error == .noSuchFileOrDirectory else { throw Failure(error, path, "cannot read") }
      try source?.expectDigest(file.digest, nil)
      if !plans { try place(file, source, in: folder, pins: file.isPinned ?? false) }
      return DeployedItem(.file, path, .created)
    }
    guard status.kind == .regular else {
      throw Failure(.refused, path, "is no regular file", remedy: "move it away first")
    }
    let open = try explain(path, "cannot open") { () throws(Errno) in
      try Descriptor(
        name, in: folder.volume.directory, .readOnly, options: [.noFollow, .nonBlocking])
    }
    let seen = try look(open, file, in: folder, path)
    let reason = try seen.difference(from: file, source, verifies: verifies) {
      (source) throws(Failure) in
      try source.equals(open, named: path)
    }
    if let reason {
      return try replace(open, seen, file, source, in: folder, reason)
    }
    return try mend(open, seen, file, source, path)
  }

  mutating func open(_ path: FilePath) throws(Failure) -> OpenFolder? {
    if let folder = folders[path] { return folder }
    if folders.count >= Self.mostFolders { folders.removeAll() }
    let origin = DeviceOrigin(windows: windows, needsBar: fileSystem.needsBar)
    let folder = try OpenFolder.open(
      path, in: root, at: fileSystem.mountPoint, makes: !plans, origin)
    folders[path] = folder
    return folder
  }

  private func look(
    _ open: borrowing Descriptor, _ file: DeployedFile, in folder: OpenFolder, _ path: FilePath
  ) throws(Failure) -> SeenFile {
    let (status, layout) = try explain(path, "cannot read") { () throws(Errno) in
      (try open.status(), try folder.volume.layout(of: open))
    }
    let blockSize = folder.volume.blockSize
    guard let length = try? ByteCount(status.size).roundedUp(to: blockSize) else {
      throw .tooLarge(path)
    }
    let alignment = file.options.alignment(
      ofLength: length, origin: folder.volume.origin.offset, blockSize: blockSize)
    return SeenFile(
      state: FileState(status), record: try SourceRecord(of: open, path),
      layoutProblem: layout.problem(size: ByteCount(status.size), alignment))
  }

  private mutating func replace(
    _ open: borrowing Descriptor, _ seen: SeenFile, _ file: DeployedFile, _ source: FileSource?,
    in folder: OpenFolder, _ reason: String
  ) throws(Failure) -> DeployedItem {
    let path = fileSystem.path(of: file)
    try seen.expectReplaceable(for: file, path)
    let item = DeployedItem(.file, path, .replaced, reason: reason)
    try source?.expectDigest(file.digest, nil)
    if plans { return item }
    if seen.isPinned { try open.unpin(path) }
    do throws(Failure) {
      try place(
        file, source, replacing: seen.state, in: folder, pins: file.isPinned ?? seen.isPinned)
    } catch {
      guard seen.isPinned, !error.leavesResult else { throw error }
      do { try open.setImmutable(true) } catch let second {
        var failure = error
        failure.reason += "; and it cannot be pinned again: \(second)"
        throw failure
      }
      throw error
    }
    return item
  }

  private func place(
    _ file: DeployedFile, _ source: FileSource?, replacing old: FileState? = nil,
    in folder: OpenFolder, pins: Bool
  ) throws(Failure) {
    var options = file.options
    options.replaces = true
    options.pins = pins
    options.pinsOnlyDAX = fileSystem.requiresDAX
    options.needsBar = fileSystem.needsBar
    var manifest = Manifest()
    manifest.add(try file.entry(source, replacing: old))
    let request = PlacementRequest(
      sources: .files([]), destination: fileSystem.path(of: file), options: options)
    _ = try MountedPlacement(request, windows: windows).place(manifest, in: folder.volume)
  }

  /// Sets what can be set without a new file.
  private mutating func mend(
    _ open: borrowing Descriptor, _ seen: SeenFile, _ file: DeployedFile, _ source: FileSource?,
    _ path: FilePath
  ) throws(Failure) -> DeployedItem {
    let mends = seen.mends(for: file)
    let state: DeployedItem.State = mends.isEmpty ? .ok : .mended
    let item = DeployedItem(
      .file, path, state, reason: mends.isEmpty ? nil : mends.joined(separator: ", "))
    try seen.expectMendable(for: file, path)
    if plans { return item }
    if mends.isEmpty {
      try renew(open, seen, source, path)
      return item
    }
    let staysPinned = file.isPinned ?? seen.isPinned
    if seen.isPinned { try open.unpin(path) }
    try explain(path, "cannot be given its owner and mode") { () throws(Errno) in
      if file.user != nil || file.group != nil {
        try open.setOwner(user: file.user ?? .max, group: file.group ?? .max)
      }
      try open.setPermissions(file.permissions ?? seen.state.permissions)
      try open.synchronize()
    }
    if staysPinned { _ = try pinner.pin(open, named: path) }
    return item
  }

  /// Renews the record of a file whose source has new times and the same bytes, so that the next
  /// run need not read them. An immutable file takes none.
  private func renew(
    _ open: borrowing Descriptor, _ seen: SeenFile, _ source: FileSource?, _ path: FilePath
  ) throws(Failure) {
    guard let source, seen.isOurs, !seen.isPinned, !seen.tells(of: source.status) else { return }
    try SourceRecord.keep(.copy(source.status, try source.digest()), on: open, path)
  }
}
