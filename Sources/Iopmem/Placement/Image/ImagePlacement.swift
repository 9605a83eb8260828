internal import Ext4
internal import Linux
public import SystemPackage

/// Places files into an ext4 file system that is not mounted: all of a request, or nothing.
///
/// Data goes first, into blocks that are free; then the file system is marked as not clean, the
/// inodes and names are made, and it is marked as clean again.
public struct ImagePlacement {
  private let image: FilePath
  private let request: PlacementRequest
  private let windows: WindowSource
  private let progress: PlacementProgress?

  /// A placement that has not begun.
  /// - Parameter windows: tell where in its BAR a block device's byte 0 lies.
  public init(
    _ image: FilePath, _ request: PlacementRequest, windows: WindowSource,
    progress: PlacementProgress? = nil
  ) {
    self.image = image
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
      .origin(ofImage: image, named)
    let hold = try ImageHold(image, named)
    let fileSystem = try ChangeableFileSystem(image, hold)
    if let time = request.options.imageTime { fileSystem.base.setNow(time) }
    let target = try ImageTarget(request, fileSystem.base)
    try target.manifest.expectNoAttributes()
    let blockSize = ByteCount(UInt64(fileSystem.base.blockSize))
    let plan = try ImagePlan(
      target, in: try fileSystem.freeSpace(image), request.options, origin: origin.offset,
      blockSize: blockSize)
    try fileSystem.expectInodes(target.manifest.entries.count, image)
    guard let total = try? target.manifest.totalSize() else { throw .tooLarge(image) }
    let holes = try hold.holes(in: plan.runs)
    do throws(Failure) {
      try writeData(plan, total: total, hold, blockSize)
      if Interruption.signal != nil { throw .interrupted() }
      try hold.expectUntouched()
    } catch { throw hold.giveBack(holes, after: error) }
    let made: [MadeEntry]
    do { made = try fileSystem.write(plan, target, request.options) } catch {
      throw Failure(
        .failed, image, "was being changed: \(error)", remedy: "run e2fsck on it",
        cause: error.errno)
    }
    do throws(Failure) {
      try hold.expectUnused()
      return try prove(made, fileSystem.base, origin)
    } catch {
      var failure = error
      failure.reason = "was placed into, and \(error.reason)"
      failure.remedy = "run e2fsck on it"
      failure.leavesResult = true
      throw failure
    }
  }

  private func writeData(
    _ plan: ImagePlan, total: ByteCount, _ hold: borrowing ImageHold, _ blockSize: ByteCount
  ) throws(Failure) {
    var copier = FileCopier(total: total, progress: progress)
    let data = try hold.openForData(blockSize: blockSize)
    for planned in plan.entries {
      try copier.copy(planned.entry, blockSize: blockSize) {
        (buffer, offset, count) throws(Failure) in
        // The pieces of the file that this part of the buffer falls on.
        var logical: UInt64 = 0
        for run in planned.runs {
          let end = logical + run.length.rawValue
          let first = max(offset, logical)
          let last = min(offset + UInt64(count), end)
          if first < last {
            try explain(image, "cannot write") { () throws(Errno) in
              try buffer.write(
                Int(first - offset)..<Int(last - offset), to: data,
                at: run.start.rawValue + (first - logical))
            }
          }
          logical = end
        }
      }
    }
    try explain(image, "cannot write") { () throws(Errno) in try data.synchronize() }
  }

  /// Reads the layouts back and proves them: what is reported is what the file system says.
  private func prove(
    _ made: [MadeEntry], _ fileSystem: borrowing FileSystem, _ origin: Origin
  ) throws(Failure) -> [PlacedFile] {
    var placed: [PlacedFile] = []
    for new in made {
      guard let size = new.planned.entry.content.fileSize else { continue }
      let path = new.planned.path
      var layout = Layout()
      var isSound = true
      let inode = try explain(path) { () throws(Ext4Error) in
        let inode = try fileSystem.inode(new.inode)
        try fileSystem.forEachExtent(of: inode) { raw in
          do { try layout.append(Extent(raw)) } catch { isSound = false }
        }
        return inode
      }
      let problem = layout.problem(size: size, new.planned.alignment)
      guard isSound, problem == nil,
        var file = try? PlacedFile(
          path: path, size: size, runs: layout.runs.count, first: layout.runs.first?.physical,
          origin: origin)
      else {
        throw Failure(
          .failed, path, problem ?? "cannot be mapped")
      }
      file.isPinned = inode.isImmutable
      placed.append(file)
    }
    return placed
  }
}

extension Manifest {
  /// Refuses extended attributes that were to be kept. Those of a security module are left out: the
  /// machine that mounts the image has a policy of its own.
  fileprivate func expectNoAttributes() throws(Failure) {
    for entry in entries {
      guard let kept = entry.attributes.first(where: { !$0.isOfSecurityModule }) else { continue }
      throw Failure(
        .refused, entry.path,
        "would lose its extended attribute \(QuotedName(kept.name).text) in an image",
        remedy: "leave out --preserve, or place it into the mounted file system")
    }
  }
}
