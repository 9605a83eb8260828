internal import Ext4
internal import Linux
internal import SystemPackage

/// The directory of an unmounted file system that a request goes into, and what it replaces there.
struct ImageTarget {
  /// What will exist.
  let manifest: Manifest
  /// The directory that the names go into.
  let directory: UInt32
  /// The inodes that lose their names to new ones, by name.
  let replaced: [FilePath: UInt32]
  private let directoryPath: FilePath

  init(_ request: PlacementRequest, _ fileSystem: borrowing FileSystem) throws(Failure) {
    var destination = request.destination
    destination.root = "/"
    let found = try Self.lookUp(destination, fileSystem)
    var request = request
    request.destination = destination
    let (path, manifest) = try request.resolved(destinationIsDirectory: found?.kind == .directory)
    guard let parent = try Self.lookUp(path, fileSystem) else {
      throw Failure(.failed, path, "is not in the file system")
    }
    guard parent.kind == .directory else { throw Failure(.failed, path, "is no directory") }
    // EXT4_LINK_MAX is 65,000 names; a directory's children each hold one.
    let children = Dictionary(
      grouping: manifest.entries.filter { $0.content == .directory },
      by: { $0.path.removingLastComponent() })
    for (of, list) in children where list.count > 64_000 - (of.isEmpty ? Int(parent.links) : 0) {
      throw Failure(.refused, path.appending(of.components), "would have too many directories")
    }
    directoryPath = path
    directory = parent.number
    replaced = try Self.taken(manifest, parent.number, path, fileSystem, request.options)
    try parent.expectTakesNames(path, replacing: !replaced.isEmpty)
    self.manifest = manifest
  }

  /// The path in the image that an entry will have.
  func path(_ entry: Manifest.Entry) -> FilePath {
    directoryPath.appending(entry.path.components)
  }

  private static func taken(
    _ manifest: Manifest, _ directory: UInt32, _ path: FilePath,
    _ fileSystem: borrowing FileSystem, _ options: PlacementOptions
  ) throws(Failure) -> [FilePath: UInt32] {
    var taken: [FilePath: UInt32] = [:]
    for top in manifest.tops {
      let path = path.appending(top.path.components)
      let inode = try explain(path) { () throws(Ext4Error) in
        try fileSystem.find(top.path, in: directory)
      }
      guard let inode else { continue }
      guard options.replaces else { throw .exists(path) }
      guard inode.kind == .regular || inode.kind == .symbolicLink, top.content != .directory
      else { throw .directoryInTheWay(path) }
      guard !inode.isProtected else { throw .held(path) }
      taken[top.path] = inode.number
    }
    return taken
  }

  private static func lookUp(
    _ path: FilePath, _ fileSystem: borrowing FileSystem
  ) throws(Failure) -> Ext4.Inode? {
    do { return try fileSystem.lookUp(path) } catch {
      if error == .notFound { return nil }
      throw Failure(reading: error, path)
    }
  }
}

extension Ext4.Inode {
  /// Checks that a directory can be given names, each of which is one name to the kernel too.
  /// - Parameter replacing: whether others lose theirs.
  func expectTakesNames(_ path: FilePath, replacing: Bool) throws(Failure) {
    guard !isImmutable, !(replacing && isAppendOnly) else {
      throw Failure(
        .refused, path, "is \(isImmutable ? "immutable" : "append-only"), and keeps its names",
        remedy: "chattr(1) takes that away")
    }
    guard !isEncrypted, !isInline, !foldsCase else {
      throw Failure(.refused, path, "is encrypted, folds case, or has its names in its inode")
    }
  }
}
