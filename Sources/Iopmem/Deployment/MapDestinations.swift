internal import Linux
internal import SystemPackage

/// Looks at the places that maps and images are declared for, before anything is written: by what lies there,
/// since a file can have several names, and links lead everywhere.
///
/// What is declared is looked at once, so that a look takes as long however much that is.
struct MapDestinations {
  private struct Inode: Hashable {
    let device: DeviceNumber
    let number: UInt64

    init(_ status: Status) { (device, number) = (status.device, status.inode) }
  }

  private let manifest: Inode?
  private var sources: Set<Inode> = []
  private var images: Set<Inode> = []
  /// Where images will be that are not there yet, too, and what declared folders are, by where they lead.
  private var imagePlaces: Set<FilePath> = []
  private var folders: [FilePath: String] = [:]

  /// - Throws: `Failure` where it cannot be told where a declared folder is.
  init(_ deployment: Deployment) throws(Failure) {
    manifest = deployment.manifest.map(Inode.init)
    // Without maps and images nobody asks.
    let isAsked = deployment.fileSystems.contains { !$0.maps.isEmpty || $0.image != nil }
    for fileSystem in deployment.fileSystems where isAsked {
      if let image = fileSystem.image {
        if let status = try? Status(of: image) { images.insert(Inode(status)) }
        if let place = try Self.place(of: image) { imagePlaces.insert(place) }
      } else {
        let place = try Self.resolved(fileSystem.mountPoint)
        folders[place] = "lies in a declared mount point"
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
        folders[try Self.resolved(path)] = "lies in the source of a declared tree"
      }
    }
  }

  /// - Throws: `refused` where something is that is declared, or no regular file.
  func check(_ path: FilePath, isImage: Bool) throws(Failure) {
    if let problem = try problem(path, isImage: isImage) {
      let remedy = isImage ? "keep the image elsewhere" : "write the map elsewhere"
      throw Failure(.refused, path, problem, remedy: remedy)
    }
  }

  private func problem(_ path: FilePath, isImage: Bool) throws(Failure) -> String? {
    guard let place = try Self.place(of: path) else { return "is no regular file" }
    var above = place
    repeat {
      if let what = folders[above] { return what }
    } while above.removeLastComponent()
    if !isImage, imagePlaces.contains(place) { return "is a declared image" }
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

  /// Where the name of a file lies; nil for a path that ends in none.
  private static func place(of path: FilePath) throws(Failure) -> FilePath? {
    guard let name = path.lastComponent else { return nil }
    return try resolved(path.removingLastComponent()).appending(name)
  }

  /// Where a path leads, as far as it is there.
  private static func resolved(_ path: FilePath) throws(Failure) -> FilePath {
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
