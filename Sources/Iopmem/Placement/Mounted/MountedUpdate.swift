internal import Linux
internal import SystemPackage

/// Places files into a mounted file system where they differ from what is there: what is the same
/// keeps its inode, its blocks and its addresses.
public struct MountedUpdate {
  /// A file that is as it was asked for.
  public struct File: Sendable {
    /// Where it lies.
    public let placed: PlacedFile
    /// What became of it: `ok`, `created`, `replaced` or `mended`.
    public let state: DeployedItem.State
  }

  /// What became of a request.
  public struct Outcome {
    /// The files, in the order of the request, as far as it came.
    public internal(set) var files: [File] = []
    /// Why it came no further.
    public internal(set) var failure: Failure?
  }

  private let request: PlacementRequest
  private let windows: WindowSource

  /// An update that has not begun.
  /// - Parameters:
  ///   - request: one that allows no fragments and preserves nothing of its sources.
  ///   - windows: tell where in its BAR a block device's byte 0 lies.
  public init(_ request: PlacementRequest, windows: WindowSource) {
    self.request = request
    self.windows = windows
  }

  /// Brings one file about after the other, each whole or not at all, and ends at the first that
  /// cannot be.
  public func run() -> Outcome {
    var outcome = Outcome()
    do throws(Failure) {
      let (path, manifest) = try request.resolvedWhereMounted()
      for entry in manifest.entries {
        guard case .link = entry.content else { continue }
        throw Failure(
          .refused, path.appending(entry.path.components),
          "would be a link, and only files are updated",
          remedy: "name what it leads to, or leave it out")
      }
      var deployer = try FileDeployer(
        fileSystem(at: path), on: nil, in: windows.root, plans: false, verifies: false)
      for entry in manifest.entries {
        if Interruption.signal != nil { throw .interrupted() }
        guard let file = file(of: entry) else {
          _ = try deployer.open(entry.path)
          continue
        }
        let state = try deployer.deploy(file).state
        outcome.files.append(File(placed: try deployer.placed(file.path), state: state))
      }
    } catch {
      outcome.failure = error
      // What was done before stays.
      if !outcome.files.isEmpty, error.name == Failure.Name.interrupted.rawValue {
        outcome.failure?.remedy = "run it again for the rest"
      }
    }
    return outcome
  }

  private func fileSystem(at path: FilePath) -> DeployedFileSystem {
    var fileSystem = DeployedFileSystem(device: .path(path), mountPoint: path)
    fileSystem.requiresDAX = request.options.pinsOnlyDAX
    fileSystem.needsBar = request.options.needsBar
    fileSystem.choices = windows.choices
    return fileSystem
  }

  /// The file that an entry asks for; nil for a directory.
  private func file(of entry: Manifest.Entry) -> DeployedFile? {
    let content: DeployedFile.Content
    switch entry.content {
    case .copy(let source, _): content = .copy(of: source)
    case .zeros(let size): content = .buffer(size)
    case .directory, .link: return nil
    }
    var file = DeployedFile(path: entry.path, content: content)
    file.alignment = request.options.alignment
    file.isPinned = request.options.pins ? true : nil
    return file
  }
}

/// Tells whether a path leads to a directory, by a link too, as for cp(1).
/// - Throws: `Failure` where it cannot be looked at: a directory would pass for a file's name.
func isDirectory(_ path: FilePath) throws(Failure) -> Bool {
  do { return try Status(of: path, followingLinks: true).kind == .directory } catch {
    if error == .noSuchFileOrDirectory || error == .notDirectory { return false }
    throw Failure(error, path, "cannot read")
  }
}

extension FileDeployer {
  /// Where a file lies that was just brought about.
  fileprivate mutating func placed(_ name: FilePath) throws(Failure) -> PlacedFile {
    let path = fileSystem.mountPoint.appending(name.components)
    guard let folder = try open(name.removingLastComponent()) else {
      throw Failure(.failed, path, "went away meanwhile", remedy: "try again")
    }
    let (status, layout) = try explain(path, "cannot read") { () throws(Errno) in
      let file = try Descriptor(
        FilePath(root: nil, name.components.suffix(1)), in: folder.volume.directory, .readOnly,
        options: [.noFollow, .nonBlocking])
      return (try file.status(), try folder.volume.layout(of: file))
    }
    var placed = try PlacedFile(
      path: path, size: ByteCount(status.size), layout, origin: folder.volume.origin)
    placed.isPinned = status.attributes.contains(.immutable)
    return placed
  }
}
