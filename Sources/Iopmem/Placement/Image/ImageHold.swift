internal import Ext4
internal import Linux
internal import SystemPackage

/// An image or a block device that nobody else may have meanwhile.
struct ImageHold: ~Copyable {
  private let path: FilePath
  private let descriptor: Descriptor
  /// How long it is.
  let length: ByteCount

  /// - Throws: `Failure`, refused, when it is mounted, attached to a loop device, or held.
  init(_ path: FilePath) throws(Failure) {
    let status = try explain(path, "cannot read") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    let isInUse = try reading(path) { () throws(Ext4Error) in try FileSystem.isInUse(path) }
    let isAttached = Self.isAttached(status)
    guard !isInUse, !isAttached else { throw Self.inUse(path) }
    let opened = try Self.open(path, status.kind)
    length = try explain(path, "cannot read") { () throws(Errno) in
      ByteCount(status.kind == .blockDevice ? try opened.blockDeviceSize() : status.size)
    }
    descriptor = opened
    self.path = path
  }

  /// Opens the image once more, for data: past the page cache, which would hold every byte
  /// twice, where the file under it can do that.
  func openForData(blockSize: ByteCount) throws(Failure) -> Descriptor {
    try explain(path, "cannot open for writing") { () throws(Errno) in
      // Blocks smaller than a page may be smaller than a sector of what holds the image.
      guard blockSize >= .page else { return try Descriptor(path, .readWrite) }
      do throws(Errno) {
        return try Descriptor(path, .readWrite, options: .direct)
      } catch {
        guard error == .invalidArgument else { throw error }
        return try Descriptor(path, .readWrite)
      }
    }
  }

  private static func open(
    _ path: FilePath, _ kind: Status.Kind
  ) throws(Failure) -> Descriptor {
    do {
      // The kernel lets a device have one such opener, and none while it is mounted.
      if kind == .blockDevice { return try Descriptor(path, .readWrite, options: .exclusive) }
      let descriptor = try Descriptor(path, .readWrite)
      try descriptor.lock()
      return descriptor
    } catch {
      if error == .resourceBusy || error == .wouldBlock { throw Self.inUse(path) }
      throw Failure(error, path, "cannot open for writing")
    }
  }

  /// Whether a loop device of the running machine is over the image.
  private static func isAttached(_ image: Status) -> Bool {
    guard image.kind == .regular else { return false }
    let root = SystemRoot()
    let folder = FilePath("sys/block")
    guard let names = try? root.names(in: folder) else { return false }
    for name in names where name.hasPrefix("loop") {
      guard let component = FilePath.Component(name),
        let bytes = try? root.bytes(folder.appending(component).appending("loop/backing_file")),
        let backing = try? Status(
          of: FilePath(bytes: bytes.prefix { $0 != UInt8(ascii: "\n") }), followingLinks: true)
      else { continue }
      if backing.inode == image.inode && backing.device == image.device { return true }
    }
    return false
  }

  private static func inUse(_ path: FilePath) -> Failure {
    Failure(
      .refused, path, "is mounted, attached to a loop device, or held by another program",
      remedy: "place into the mounted file system, or unmount it")
  }
}
