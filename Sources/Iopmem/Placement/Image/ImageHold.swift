internal import Ext4
internal import Linux
internal import SystemPackage

/// An image or block device, open and kept from everybody else.
struct ImageHold: ~Copyable {
  let path: FilePath
  private let descriptor: Descriptor
  private let status: Status
  /// The superblock as it was.
  private let superblock: [UInt8]
  /// How it was named; nil of a file without a name.
  private let name: ImageName?
  /// Where in it the file system begins, in bytes.
  let offset: UInt64
  /// How much there is for the file system.
  let length: ByteCount

  /// Opens the image: the one time that its name is used.
  /// - Parameter named: what the path led to before.
  /// - Throws: `Failure`, refused, if it is mounted, attached to a loop device, or held.
  init(_ name: ImageName, _ named: Status) throws(Failure) {
    let path = name.path
    let kind = named.kind
    try Self.expectUnused(path, named)
    let opened = try Self.open(path, kind)
    let status = try explain(path, "cannot read") { () throws(Errno) in try opened.status() }
    // Before it was locked its holder can have put another in its place.
    let now = try explain(path, "cannot read") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    guard status.isSameFile(as: named), now.isSameFile(as: status) else {
      throw Failure(.failed, path, "was exchanged for another file", remedy: "try again")
    }
    // Of a device, it is this hold that would be found.
    if status.kind == .regular { try Self.expectUnused(path, status) }
    let part = try ImagePart(name, opened)
    guard part.offset.isMultiple(of: ByteCount.page.rawValue) else {
      throw Failure(
        .refused, path,
        "has its file system at byte \(part.offset), inside a page: the kernel refuses DAX there")
    }
    superblock = try Self.superblock(of: opened, at: part.offset, path)
    self.path = path
    descriptor = opened
    self.status = status
    self.name = name
    offset = part.offset
    length = part.length
  }

  /// Holds a file that has no name, so that nobody else has it.
  /// - Parameter path: the name that it is to have.
  init(nameless file: borrowing Descriptor, _ path: FilePath) throws(Failure) {
    let status = try explain(path, "cannot read") { () throws(Errno) in try file.status() }
    let own = try explain(path, "cannot open") { () throws(Errno) in
      try Descriptor(reopening: file, .readWrite)
    }
    superblock = try Self.superblock(of: own, at: 0, path)
    self.path = path
    name = nil
    offset = 0
    descriptor = own
    self.status = status
    length = ByteCount(status.size)
  }

  /// Checks once more that nobody uses or changed the image, before the file system is changed: a
  /// lock keeps nobody from attaching a file to a loop device and mounting it.
  func expectUntouched() throws(Failure) {
    try expectUnused()
    var changed = try Self.superblock(of: descriptor, at: offset, path) != superblock
    if let name {
      // By another partition table the part can be another's.
      let now = try ImagePart(name, descriptor)
      changed = changed || now.offset != offset || now.length != length
    }
    if changed {
      throw Failure(
        .failed, path, "was changed by another program meanwhile", remedy: "nothing was placed")
    }
  }

  /// Checks that nobody has mounted or attached the image meanwhile.
  func expectUnused() throws(Failure) {
    // Of a device the kernel gives no second hold, nor does it mount it.
    guard status.kind == .regular else { return }
    try Self.expectUnused(path, status)
  }

  private static func expectUnused(_ path: FilePath, _ status: Status) throws(Failure) {
    let users = try users(of: path, status)
    guard users.isEmpty else { throw inUse(path, users) }
  }

  /// What uses an image: mounts, loop devices, swap space; in words.
  static func users(of path: FilePath, _ status: Status) throws(Failure) -> [String] {
    let isInUse = try explain(path) { () throws(Ext4Error) in try FileSystem.isInUse(path) }
    let users = try explain(path, "cannot tell who uses it") { () throws(Errno) in
      let use = DeviceUse(root: SystemRoot())
      guard status.kind == .blockDevice else { return try use.users(ofImage: status) }
      let device = status.specialDevice
      return try use.holders(of: device) + use.otherUsers(behind: device)
    }
    // The kernel holds for mounts of other namespaces, too.
    return users.isEmpty && isInUse
      ? [DeviceUse.held(path)] : users
  }

  /// Finds the holes of an image in runs of its file system, by their places in the image; a device
  /// has none.
  func holes(in runs: some Sequence<FreeRun>) throws(Failure) -> [Range<UInt64>] {
    guard status.kind == .regular else { return [] }
    return try explain(path, "cannot read") { () throws(Errno) in
      var holes: [Range<UInt64>] = []
      for run in runs {
        // Inside the file system, and that inside the image.
        let bytes = run.bytes
        holes += try descriptor.holes(in: offset + bytes.lowerBound..<offset + bytes.upperBound)
      }
      return holes
    }
  }

  /// Makes holes again after a failure.
  /// - Returns: the failure, which also tells if that was not possible.
  func giveBack(_ holes: [Range<UInt64>], after failure: Failure) -> Failure {
    var failure = failure
    for (index, hole) in holes.enumerated() {
      do throws(Errno) {
        try descriptor.punch(from: hole.lowerBound, length: UInt64(hole.count))
      } catch {
        let kept = holes[index...].reduce(0) { $0 + $1.count }
        failure.reason +=
          " (and up to \(kept) bytes of free blocks that were written stay in the image: \(error))"
        break
      }
    }
    return failure
  }

  private static func superblock(
    of file: borrowing Descriptor, at offset: UInt64, _ path: FilePath
  ) throws(Failure) -> [UInt8] {
    try explain(path, "cannot read") { () throws(Errno) in
      var bytes = [UInt8](repeating: 0, count: 1024)
      bytes.removeLast(try 1024 - file.read(at: offset + 1024, into: &bytes))
      return bytes
    }
  }

  /// Opens the held image once more, to write data: past the page cache, which would hold every
  /// byte twice, if the file system that holds the image allows that.
  func openForData(blockSize: ByteCount) throws(Failure) -> Descriptor {
    try explain(path, "cannot open for writing") { () throws(Errno) in
      // Blocks smaller than a page may be smaller than a sector of what holds the image.
      guard blockSize >= .page else { return try Descriptor(reopening: descriptor, .readWrite) }
      do throws(Errno) {
        return try Descriptor(reopening: descriptor, .readWrite, options: .direct)
      } catch {
        guard error == .invalidArgument else { throw error }
        return try Descriptor(reopening: descriptor, .readWrite)
      }
    }
  }

  /// Opens the file system in the held image.
  func openFileSystem() throws(Failure) -> FileSystem {
    try FileSystem.open(path, through: descriptor.link, at: offset, .readWrite)
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
      if error == .resourceBusy { throw inUse(path, [DeviceUse.held(path)]) }
      if error == .wouldBlock { throw inUse(path, [DeviceUse.locked(path)]) }
      throw Failure(error, path, "cannot open for writing")
    }
  }

  private static func inUse(_ path: FilePath, _ users: [String]) -> Failure {
    Failure(
      .refused, path, "is in use: " + users.joined(separator: ", "),
      remedy: "place into the mounted file system, or unmount it"
    ).named(.inUse)
  }
}
