internal import Linux
internal import SystemPackage

/// Looks at the places that maps and images are declared for, before anything is written: by what lies there,
/// since a file can have several names, and links lead everywhere.
struct MapDestinations {
  private struct Inode: Hashable {
    let device: DeviceNumber
    let number: UInt64

    init(_ status: Status) { (device, number) = (status.device, status.inode) }
  }

  private let manifest: Inode?
  private var sources: Set<Inode> = []
  private var images: Set<Inode> = []
  private let folders: [(path: FilePath, what: String)]

  init(_ deployment: Deployment) {
    manifest = deployment.manifest.map(Inode.init)
    var folders: [(path: FilePath, what: String)] = []
    // Without maps and images nobody asks.
    let isAsked = deployment.fileSystems.contains { !$0.maps.isEmpty || $0.image != nil }
    for fileSystem in deployment.fileSystems where isAsked {
      if let image = fileSystem.image {
        if let status = try? Status(of: image) { images.insert(Inode(status)) }
      } else {
        folders.append((fileSystem.mountPoint, "lies in a declared mount point"))
      }
      for file in fileSystem.files {
        // One that cannot be looked at ends the run when its turn comes, before any map's.
        guard case .copy(let path) = file.content, let source = try? Status(of: path) else {
          continue
        }
        sources.insert(Inode(source))
      }
      for tree in fileSystem.trees {
        guard case .copy(let path) = tree.content else { continue }
        folders.append((path, "lies in the source of a declared tree"))
      }
    }
    self.folders = folders
  }

  /// - Throws: `refused` where something is that is declared, or no regular file.
  func check(_ path: FilePath, isImage: Bool) throws(Failure) {
    if let problem = try problem(path, isImage: isImage) {
      let remedy = isImage ? "keep the image elsewhere" : "write the map elsewhere"
      throw Failure(.refused, path, problem, remedy: remedy)
    }
  }

  private func problem(_ path: FilePath, isImage: Bool) throws(Failure) -> String? {
    guard let name = path.lastComponent else { return "is no regular file" }
    let real = try resolved(path.removingLastComponent()).appending(name)
    for folder in folders where real.starts(with: try resolved(folder.path)) { return folder.what }
    let status: Status
    do { status = try Status(of: path) } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw Failure(error, path, "cannot be read")
    }
    guard status.kind == .regular else { return "is no regular file" }
    if Inode(status) == manifest { return "is the manifest" }
    if !isImage, images.contains(Inode(status)) { return "is a declared image" }
    return sources.contains(Inode(status)) ? "is the source of a declared file" : nil
  }

  /// Where a path leads, as far as it is there.
  private func resolved(_ path: FilePath) throws(Failure) -> FilePath {
    do throws(Errno) {
      var real = try SystemRoot().resolved(path)
      real.root = "/"
      return real
    } catch {
      guard error == .noSuchFileOrDirectory, let name = path.lastComponent else {
        throw Failure(error, path, "cannot be followed")
      }
      return try resolved(path.removingLastComponent()).appending(name)
    }
  }
}
