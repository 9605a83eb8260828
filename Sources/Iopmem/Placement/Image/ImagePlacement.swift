internal import Ext4
internal import Linux
internal import SystemPackage

/// Places files into an ext4 file system that is not mounted: all of a request, or nothing.
///
/// Data goes first, into blocks that are free; then the file system is marked as not clean, the
/// inodes and names are made, and it is marked as clean again.
public struct ImagePlacement {
  private let name: ImageName
  private var image: FilePath { name.path }
  private let request: PlacementRequest
  private let windows: WindowSource
  private let progress: PlacementProgress?

  /// A placement that has not begun.
  /// - Parameter windows: tell where in its BAR a block device's byte 0 lies.
  public init(
    _ name: ImageName, _ request: PlacementRequest, windows: WindowSource,
    progress: PlacementProgress? = nil
  ) {
    self.name = name
    self.request = request
    self.windows = windows
    self.progress = progress
  }

  /// Chooses blocks, writes the data, and only then makes the names.
  /// - Returns: the files, in the order of the request, as read back from the file system.
  public func run() throws(Failure) -> [PlacedFile] {
    let named = try explain(image, "cannot read") { () throws(Errno) in
      try Status(of: image, followingLinks: true)
    }
    let origin = try DeviceOrigin(windows: windows, needsBar: request.options.needsBar)
      .origin(ofImage: name, named)
    let hold = try ImageHold(name, named)
    let fileSystem = try ChangeableFileSystem(image, hold)
    if let time = request.options.imageTime { fileSystem.base.setNow(time) }
    let target = try ImageTarget(request, fileSystem.base)
    try target.manifest.expectNoAttributes()
    try target.manifest.expectLacks(named, image)
    let blockSize = ByteCount(UInt64(fileSystem.base.blockSize))
    let plan = try ImagePlan(
      target, in: try fileSystem.freeSpace(image), request.options, origin: origin.offset,
      blockSize: blockSize)
    try fileSystem.expectInodes(target.manifest.entries.count, image)
    guard let total = try? target.manifest.totalSize() else { throw .tooLarge(image) }
    let holes = try hold.holes(in: plan.runs)
    do throws(Failure) {
      try hold.write(plan, total: total, blockSize: blockSize, progress)
      if Interruption.signal != nil { throw .interrupted() }
      try hold.expectUntouched()
    } catch { throw hold.giveBack(holes, after: error) }
    let made: [MadeEntry]
    do { made = try fileSystem.write(plan, target, request.options) } catch {
      let reason = error.errno == nil ? ": \(error)" : ""
      throw Failure(
        .failed, image, "was being changed" + reason, remedy: "run e2fsck on it",
        cause: error.errno)
    }
    do throws(Failure) {
      try hold.expectUnused()
      return try fileSystem.prove(made, origin)
    } catch {
      var failure = error
      failure.reason = "was placed into, and \(error.reason)"
      failure.remedy = "run e2fsck on it"
      failure.leavesResult = true
      throw failure
    }
  }
}

extension Manifest {
  /// Refuses the image itself as a source: it changes while it is read.
  fileprivate func expectLacks(_ image: Status, _ path: FilePath) throws(Failure) {
    guard entries.contains(where: { $0.status?.isSameFile(as: image) == true }) else { return }
    throw Failure(
      .refused, path, "is among the sources, and an image is not placed into itself",
      remedy: "keep it elsewhere")
  }

  /// Refuses extended attributes that were to be kept. Those of a security module are left out: the
  /// machine that mounts the image has a policy of its own.
  fileprivate func expectNoAttributes() throws(Failure) {
    for entry in entries {
      guard let kept = entry.attributes.first(where: { !$0.isOfSecurityModule }) else { continue }
      throw Failure(
        .refused, entry.path,
        "would lose its extended attribute \(QuotedName(kept.name).text) in an image",
        remedy: ways(
          "leave out \(option: .preserve)", "place it into the mounted file system"))
    }
  }
}
