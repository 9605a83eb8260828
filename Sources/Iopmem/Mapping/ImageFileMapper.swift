internal import Ext4
internal import Linux
public import SystemPackage

/// Maps files of an ext4 file system that is not mounted: an image, or a block device.
public struct ImageFileMapper: FileMapper, ~Copyable {
  /// A reason not to trust an unmounted file system, which a caller may pass in so many words.
  public enum Doubt: String, CaseIterable, Sendable {
    /// The journal holds changes that are not in place.
    case needsRecovery = "needs-recovery"
    /// The kernel or e2fsck marked the file system.
    case errors
    /// It was not unmounted, or a change to it was not finished.
    case unclean
    /// The machine has it mounted, or somebody holds the device.
    case inUse = "in-use"
  }

  private(set) var source: UnmountedImage
  let fileSystem: FileSystem
  private let uuid: VolumeUUID
  /// Whether all inodes were walked, for blocks that two files have.
  private let checkedShared: Bool
  /// What is wanted of the next map.
  public var request: MapRequest
  private let passing: Set<Doubt>

  var image: FilePath { source.path }
  var window: Window { source.window }

  /// Opens the file system.
  /// - Parameters:
  ///   - passing: the doubts that the caller wants to pass.
  ///   - checkingShared: refuse files with blocks that another has too, found by a walk of all
  ///     inodes; not where shared blocks are allowed.
  /// - Throws: `Failure` for what is no sound ext2, ext3 or ext4, and for every other doubt.
  public init(
    _ name: ImageName, windows: WindowSource, request: MapRequest, passing: Set<Doubt> = [],
    checkingShared: Bool = false
  ) throws(Failure) {
    try self.init(
      UnmountedImage(name, windows: windows, mayBeUsed: passing.contains(.inUse)),
      request: request, passing: passing, checkingShared: checkingShared)
  }

  /// Opens the file system of an image that was found.
  init(
    _ source: consuming UnmountedImage, request: MapRequest, passing: Set<Doubt> = [],
    checkingShared: Bool = false
  ) throws(Failure) {
    let opened = try Self.open(source, request: request, passing: passing)
    guard let uuid = VolumeUUID(bytes: opened.uuid) else { throw .nameless(source.path) }
    if checkingShared && !request.allowed.contains(.shared) {
      try explain(source.path) { () throws(Ext4Error) in try opened.findSharedBlocks() }
    }
    checkedShared = checkingShared
    self.source = source
    self.uuid = uuid
    fileSystem = opened
    self.request = request
    self.passing = passing
  }

  /// A mapper of the same image as it was when this one opened it, for another thread; nil where all
  /// inodes would be walked again, and where the image cannot be opened once more.
  public func another() -> ImageFileMapper? {
    if checkedShared { return nil }
    return try? ImageFileMapper(source.another(), request: request, passing: passing)
  }

  private var overrides: [String] {
    (request.allowed.map(\.rawValue) + passing.map(\.rawValue)).sorted()
  }

  private static func open(
    _ source: borrowing UnmountedImage, request: MapRequest, passing: Set<Doubt>
  ) throws(Failure) -> FileSystem {
    let image = source.path
    let fileSystem = try FileSystem.open(image, at: source.offset)
    let length = try explain(image) { () throws(Ext4Error) in try fileSystem.byteCount() }
    for doubt in doubts(about: fileSystem) where !passing.contains(doubt) {
      throw doubt.failure(image)
    }
    if fileSystem.features.sharesBlocks && !request.allowed.contains(.shared) {
      throw Failure(
        .refused, image, "has the feature shared_blocks: a peer's writes could change other files")
    }
    try source.expectRoom(for: length)
    return fileSystem
  }

  /// Maps a file by its path from the root directory.
  public mutating func map(
    _ path: FilePath, into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    let inode = try explain(path) { () throws(Ext4Error) in try fileSystem.lookUp(path) }
    return try map(inode, named: path, into: &segments)
  }

  /// Whether there is no such file in the file system.
  public func lacks(_ path: FilePath) -> Bool {
    do throws(Ext4Error) {
      _ = try fileSystem.lookUp(path)
      return false
    } catch { return error == .notFound || error == .notDirectory }
  }

  mutating func map(
    _ inode: Ext4.Inode, named path: FilePath, into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    segments.removeAll()
    guard inode.kind == .regular else {
      throw Failure(
        .refused, path, "is no regular file but \(inode.kind.noun)",
        remedy: inode.kind == .directory
          ? ways("give \(option: .recursive) for all files below it") : nil
      ).named(.notRegular)
    }
    if inode.isEncrypted && !request.allowed.contains(.encrypted) {
      throw Failure(.refused, path, Hazard.encrypted.sentence, remedy: Hazard.encrypted.remedy)
        .named(as: Hazard.encrypted)
    }
    if inode.isVerity {
      throw Failure(
        .refused, path,
        "is guarded by fs-verity: it is never DAX, and a peer's writes would make "
          + "it unreadable", remedy: "place a copy of the file, see iopmem-place(8)")
    }
    if request.requiresPin && !inode.isImmutable { throw .notPinned(path) }
    let size = ByteCount(inode.size)
    let range: Range<FileOffset>
    do {
      range = try request.range(in: size, blockSize: ByteCount(UInt64(fileSystem.blockSize)))
    } catch {
      throw Failure(.refused, path, "has a length that cannot be rounded to blocks")
    }
    let covered = try readExtents(of: inode, path, range, &segments)
    try confirm()
    let identity = FileIdentity(
      fileSystem: uuid, inode: UInt64(inode.number), generation: inode.generation)
    let fingerprint = try Fingerprint(
      Fingerprint.Subject(identity: identity, size: size, range: range, window: window), segments)
    return FileMap(
      path: path, size: size, identity: identity, fileSystem: "ext4", device: image,
      window: window, dax: nil, pinned: inode.isImmutable, overrides: overrides, range: range,
      holeBytes: ByteCount(range.length.rawValue - covered.rawValue),
      fingerprint: fingerprint, imageOffset: ByteCount(source.offset))
  }

  /// Looks at the machine again, after a file's map was read.
  mutating func confirm() throws(Failure) { try source.confirm() }

  /// - Returns: how many bytes of the range have a place.
  private func readExtents(
    of inode: Ext4.Inode, _ path: FilePath, _ range: Range<FileOffset>,
    _ segments: inout SegmentList
  ) throws(Failure) -> ByteCount {
    var builder = SegmentBuilder(window: window, range: range, allowed: request.allowed)
    var failure: Failure?
    func take(_ raw: FiemapExtent) throws(Failure) {
      let complete: Segment?
      do { complete = try builder.add(Extent(raw)) } catch { throw error.failure(path) }
      if let complete { try segments.append(complete) }
    }
    do throws(Ext4Error) {
      try fileSystem.forEachExtent(of: inode) { raw in
        guard failure == nil else { return }
        do throws(Failure) { try take(raw) } catch { failure = error }
      }
    } catch { throw Failure(reading: error, path) }
    if let failure { throw failure }
    if let last = builder.finish() { try segments.append(last) }
    return builder.mappedBytes
  }

  private static func doubts(about fileSystem: borrowing FileSystem) -> [Doubt] {
    let condition = fileSystem.condition
    var doubts: [Doubt] = []
    if condition.contains(.needsRecovery) { doubts.append(.needsRecovery) }
    if condition.contains(.hasErrors) { doubts.append(.errors) }
    if condition.contains(.notCleanlyUnmounted) { doubts.append(.unclean) }
    return doubts
  }
}

extension ImageFileMapper.Doubt {
  fileprivate var sentence: String {
    switch self {
    case .needsRecovery: "needs recovery: its journal holds changes that are not in place"
    case .errors: "is marked as having errors"
    case .unclean: "was not unmounted cleanly, or a change to it was not finished"
    case .inUse: "is in use"
    }
  }

  fileprivate func failure(_ image: FilePath) -> Failure {
    Failure(.refused, image, sentence, remedy: "run e2fsck on it").named(as: self)
  }
}
