public import Linux
public import SystemPackage

/// Maps files of mounted file systems by FIEMAP.
///
/// What holds for a device (its window, its file system) is found before a file's map is read and
/// confirmed after, so that an answer does not rest on a window that has gone; of many files in a
/// row, once in 20 ms.
public struct MountedFileMapper: FileMapper, ~Copyable {
  let windows: WindowSource
  /// What is wanted of the next map.
  public var request: MapRequest { didSet { overrides = Self.overrides(of: request) } }
  private var overrides: [String]
  private var mounts: [DeviceNumber: MountedDevice] = [:]
  private var reader = ExtentReader()

  /// A mapper for the running machine.
  public init(windows: WindowSource, request: MapRequest) {
    self.windows = windows
    self.request = request
    overrides = Self.overrides(of: request)
  }

  private static func overrides(of request: MapRequest) -> [String] {
    request.allowed.map(\.rawValue).sorted() + (request.requiresDAX ? [] : ["no-dax-check"])
  }

  /// Maps a file; a symbolic link is followed.
  /// - Parameter segments: emptied, then filled.
  /// - Throws: `Failure`; the segments are then of no use.
  public mutating func map(
    _ path: FilePath, into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    let file: Descriptor
    // A FIFO without a writer would wait for one.
    do { file = try Descriptor(path, .readOnly, options: .nonBlocking) } catch {
      throw .opening(path, error)
    }
    return try map(file, named: path, into: &segments)
  }

  /// Whether there is no such file; a symbolic link is followed.
  public func lacks(_ path: FilePath) -> Bool {
    do throws(Errno) {
      _ = try Status(of: path, followingLinks: true)
      return false
    } catch { return error == .noSuchFileOrDirectory || error == .notDirectory }
  }

  /// Maps an open file.
  /// - Parameter device: the block device that it lies on, where the caller has just read it.
  public mutating func map(
    _ file: borrowing Descriptor, named path: FilePath, on device: BlockDevice? = nil,
    into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    segments.removeAll()
    let before = try status(of: file, path)
    // What it is comes before all that can be said of its file system.
    guard before.kind == .regular else {
      throw .notRegular(
        path, before.kind,
        remedy: before.kind == .directory
          ? ways("give \(option: .recursive) for all files below it") : nil)
    }
    let willShow = before.willShowChanges
    var mount = try mount(of: file, before.device, device, path)
    try checkAttributes(of: before, file, mount, path)
    let identity = FileIdentity(
      fileSystem: mount.uuid, inode: before.inode, generation: try generation(of: file, path))
    let size = ByteCount(before.size)
    let range: Range<FileOffset>
    do { range = try request.range(in: size, blockSize: mount.blockSize) } catch {
      throw Failure(.refused, path, "has a length that cannot be rounded to blocks")
    }
    var builder = SegmentBuilder(window: mount.window, range: range, allowed: request.allowed)
    try readExtents(of: file, path, range, &builder, &segments)
    let after = try status(of: file, path)
    guard before.isSameContent(as: after) else { throw .changing(path) }
    let subject = Fingerprint.Subject(
      identity: identity, size: size, range: range, window: mount.window)
    let fingerprint = try Fingerprint(subject, segments)
    // xfs moves blocks of a file that is DAX and shows it in no time, see xfs_fsr(8); ext4 does not.
    if !willShow || mount.kind == .xfs && reader.requestCount > 1 {
      try readAgain(file, path, subject, expecting: fingerprint)
    }
    try mount.confirm(windows, path)
    mounts[before.device] = mount
    return FileMap(
      path: path, size: size, identity: identity, fileSystem: mount.kind.name,
      device: mount.path, window: mount.window, dax: before.attributes.contains(.dax),
      pinned: before.attributes.contains(.immutable),
      overrides: overrides, range: range,
      holeBytes: ByteCount(range.length.rawValue - builder.mappedBytes.rawValue),
      fingerprint: fingerprint)
  }

  private func status(of file: borrowing Descriptor, _ path: FilePath) throws(Failure) -> Status {
    do { return try file.status() } catch { throw Failure(error, path, "cannot stat") }
  }

  private func generation(
    of file: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> UInt32 {
    do { return try file.generation() } catch {
      throw Failure(.unknown, path, "the generation of its inode cannot be known", cause: error)
    }
  }

  private func mount(
    of file: borrowing Descriptor, _ number: DeviceNumber, _ device: BlockDevice?, _ path: FilePath
  ) throws(Failure) -> MountedDevice {
    if let known = mounts[number], known.isFresh { return known }
    let (kind, blockSize) = try explain(path, "cannot tell its file system") { () throws(Errno) in
      try file.fileSystem()
    }
    guard kind.reportsDeviceExtents else {
      throw Failure(
        .refused, path, "lies on \(kind.name), whose FIEMAP does not speak of the device's bytes",
        remedy: "use ext4 or xfs, see mkfs.iopmem(8)")
    }
    let uuid: [UInt8]
    do { uuid = try file.fileSystemUUID(kind) } catch {
      throw Failure(.unknown, path, "the UUID of its file system cannot be known", cause: error)
    }
    guard let uuid = VolumeUUID(bytes: uuid) else { throw .nameless(path) }
    do {
      let device =
        if let device, device.number == number { device } else {
          try BlockDevice(number, in: windows.root)
        }
      return try MountedDevice(
        device, kind: kind, uuid: uuid, blockSize: ByteCount(UInt64(blockSize)), windows)
    } catch {
      var failure = error
      let name = error.subject.map { "\($0)" } ?? "a device"
      failure.reason =
        error.code == .unknown && error.subject != nil
        ? "lies on a device that cannot be known: \(name) \(error.reason)"
        : "lies on \(name), which \(error.reason)"
      failure.subject = path
      throw failure
    }
  }

  private func checkAttributes(
    of status: Status, _ file: borrowing Descriptor, _ mount: MountedDevice, _ path: FilePath
  ) throws(Failure) {
    if request.requiresDAX && !status.attributes.contains(.dax) {
      throw Failure(
        .refused, path,
        "is not DAX: the page cache may hold newer bytes than the device, or older",
        remedy: ways("mount with -o dax=always", "give \(option: .noDAXCheck)")
      ).named(.notDAX)
    }
    if request.requiresPin {
      guard status.attributes.contains(.immutable) else { throw .notPinned(path) }
      try file.expectNoWriters(path)
    }
    let attributes: [(Status.Attributes, Hazard)] = [
      (.encrypted, .encrypted), (.compressed, .encoded),
    ]
    for (attribute, hazard) in attributes
    where status.attributes.contains(attribute) && !request.allowed.contains(hazard) {
      throw Failure(.refused, path, hazard.sentence, remedy: hazard.remedy).named(as: hazard)
    }
    guard mount.kind == .xfs else { return }
    let flags: ExtendedFlags
    do { flags = try file.extendedFlags() } catch {
      throw Failure(error, path, "cannot read its attributes")
    }
    if flags.contains(.realtime) {
      throw Failure(
        .refused, path, "lies on the realtime device, which FIEMAP does not name",
        remedy: "clear the attribute, see xfs_io(8), and place the file anew")
    }
  }

  /// Reads a range's extents, and makes segments of them.
  private mutating func readExtents(
    of file: borrowing Descriptor, _ path: FilePath, _ range: Range<FileOffset>,
    _ builder: inout SegmentBuilder, _ segments: inout SegmentList
  ) throws(Failure) {
    reader.begin(range)
    while let extent = try nextExtent(of: file, path) {
      let complete: Segment?
      do { complete = try builder.add(extent) } catch { throw error.failure(path) }
      if let complete { try segments.append(complete) }
    }
    if let last = builder.finish() { try segments.append(last) }
  }

  /// Reads the extents once more, where nothing else tells whether they were all there at once.
  /// - Throws: `unknown` when they are not the same.
  private mutating func readAgain(
    _ file: borrowing Descriptor, _ path: FilePath, _ subject: Fingerprint.Subject,
    expecting fingerprint: Fingerprint
  ) throws(Failure) {
    var builder = SegmentBuilder(
      window: subject.window, range: subject.range, allowed: request.allowed)
    var segments = SegmentList()
    try readExtents(of: file, path, subject.range, &builder, &segments)
    guard try Fingerprint(subject, segments) == fingerprint else { throw .changing(path) }
  }

  private mutating func nextExtent(
    of file: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> Extent? {
    do { return try reader.next(of: file) } catch {
      throw Failure(error, path, "cannot read its extents")
    }
  }
}

extension Failure {
  /// A file that does not keep still.
  fileprivate static func changing(_ path: FilePath) -> Failure {
    Failure(
      .unknown, path, "changed while its map was read",
      remedy: "stop writing to it, or place it anew, see iopmem-place(8)"
    ).named(.changing)
  }

  /// A file system without a UUID: nothing tells its files from another's.
  static func nameless(_ path: FilePath) -> Failure {
    Failure(
      .unknown, path, "its file system has no UUID, by which to know it again",
      remedy: "give it one: tune2fs -U random")
  }
}

extension Status {
  /// Whether nothing was changed between the two, as far as times show it.
  fileprivate func isSameContent(as other: Status) -> Bool {
    inode == other.inode && size == other.size && changed == other.changed
      && attributes == other.attributes
  }
}
