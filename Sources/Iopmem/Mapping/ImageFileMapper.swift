internal import Ext4
internal import Linux
public import SystemPackage

/// Maps files of an ext4 file system that is not mounted: an image, or a block device.
public struct ImageFileMapper: ~Copyable {
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

  private let image: FilePath
  private let fileSystem: FileSystem
  private let window: Window
  private let request: MapRequest
  private let overrides: [String]

  /// Opens the file system.
  /// - Parameters:
  ///   - passing: the doubts that the caller wants to pass.
  /// - Throws: `Failure` for what is no sound ext2, ext3 or ext4, and for every other doubt.
  public init(
    _ image: FilePath, windows: Windows, request: MapRequest, passing: Set<Doubt> = []
  ) throws(Failure) {
    let window = try windows.window(ofImage: image)
    let opened = try Self.open(image, window: window, request: request, passing: passing)
    fileSystem = opened
    self.image = image
    self.window = window
    self.request = request
    overrides = (request.allowed.map(\.rawValue) + passing.map(\.rawValue)).sorted()
  }

  private static func open(
    _ image: FilePath, window: Window, request: MapRequest, passing: Set<Doubt>
  ) throws(Failure) -> FileSystem {
    let isInUse = try reading(image) { () throws(Ext4Error) in try FileSystem.isInUse(image) }
    let fileSystem = try reading(image) { () throws(Ext4Error) in try FileSystem(image) }
    let length = try reading(image) { () throws(Ext4Error) in try fileSystem.byteCount() }
    for doubt in doubts(about: fileSystem, isInUse: isInUse) where !passing.contains(doubt) {
      throw Failure(.refused, image, doubt.sentence, remedy: doubt.remedy)
    }
    if fileSystem.features.sharesBlocks && !request.allowed.contains(.shared) {
      throw Failure(
        .refused, image, "has the feature shared_blocks: a peer's writes could change other files")
    }
    // A file system longer than its device would have places that are none.
    guard length <= window.length.rawValue else {
      throw Failure(.refused, image, "is shorter than the file system it holds")
    }
    return fileSystem
  }

  /// The inode number of a path in the file system.
  public func lookUp(_ path: FilePath) throws(Failure) -> UInt32 {
    do { return try fileSystem.lookUp(path).number } catch {
      throw Failure(reading: error, path)
    }
  }

  /// Maps a file.
  /// - Parameter segments: emptied, then filled.
  public func map(
    _ number: UInt32, named path: FilePath, into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    segments.removeAll()
    let inode = try self.inode(number, path)
    guard inode.kind == .regular else {
      throw Failure(
        .refused, path, "is no regular file",
        remedy: inode.kind == .directory ? "use -r for all files below it" : nil)
    }
    if inode.isEncrypted && !request.allowed.contains(.encrypted) {
      throw Failure(.refused, path, Hazard.encrypted.sentence, remedy: Hazard.encrypted.remedy)
    }
    let size = ByteCount(inode.size)
    let range: Range<FileOffset>
    do {
      range = try request.range(in: size, blockSize: ByteCount(UInt64(fileSystem.blockSize)))
    } catch {
      throw Failure(.refused, path, "has a length that cannot be rounded to blocks")
    }
    let covered = try readExtents(of: inode, path, range, &segments)
    return FileMap(
      path: path, size: size, inode: UInt64(number), fileSystem: "ext4", device: image,
      window: window, dax: nil, overrides: overrides,
      holeBytes: ByteCount(
        range.upperBound.rawValue - range.lowerBound.rawValue - covered.rawValue))
  }

  /// Calls a body with the path and inode of every regular file below a directory, or of the
  /// file itself. Links are not followed, and damage is reported and passed by.
  public func forEachFile(
    below path: FilePath, _ body: (FilePath, Result<UInt32, Failure>) throws(Failure) -> Void
  ) throws(Failure) {
    var visited: Set<UInt32> = []
    var pending = [(path, try lookUp(path))]
    while let (path, number) = pending.popLast() {
      do throws(Failure) {
        switch try inode(number, path).kind {
        case .regular: try body(path, .success(number))
        case .directory:
          guard visited.insert(number).inserted else {
            throw Failure(.refused, path, "is reached twice: the directories are damaged")
          }
          for entry in try entries(of: number, path).reversed() {
            pending.append((path.appending(entry.name.components), entry.inode))
          }
        default: break
        }
      } catch {
        try body(path, .failure(error))
      }
    }
  }

  private func inode(_ number: UInt32, _ path: FilePath) throws(Failure) -> Ext4.Inode {
    do throws(Ext4Error) { return try fileSystem.inode(number) } catch {
      throw Failure(reading: error, path)
    }
  }

  private func entries(
    of directory: UInt32, _ path: FilePath
  ) throws(Failure) -> [DirectoryEntry] {
    do { return try fileSystem.entries(of: directory) } catch {
      throw Failure(reading: error, path)
    }
  }

  /// - Returns: how many bytes of the range have a place.
  private func readExtents(
    of inode: Ext4.Inode, _ path: FilePath, _ range: Range<FileOffset>, _ segments: inout SegmentList
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

  private static func doubts(
    about fileSystem: borrowing FileSystem, isInUse: Bool
  ) -> [Doubt] {
    let condition = fileSystem.condition
    var doubts: [Doubt] = isInUse ? [.inUse] : []
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
    case .inUse: "is mounted or held: what it holds is not all on the device"
    }
  }

  fileprivate var remedy: String {
    self == .inUse ? "unmount it, or name its mounted files" : "run e2fsck on it"
  }
}

/// Runs a call of libext2fs and says of its error what it was about.
func reading<T: ~Copyable>(
  _ path: FilePath, _ body: () throws(Ext4Error) -> T
) throws(Failure) -> T {
  do { return try body() } catch { throw Failure(reading: error, path) }
}

extension Failure {
  /// What libext2fs said of a path or an image.
  init(reading error: Ext4Error, _ path: FilePath) {
    switch error {
    case _ where error.errno != nil:
      self.init(.failed, path, "cannot read", cause: error.errno)
    case .notFound, .notDirectory:
      self.init(.failed, path, "is not in the file system")
    case _ where error.isBadChecksum:
      self.init(.refused, path, "has a bad checksum: \(error)", remedy: "run e2fsck on it")
    default:
      self.init(.refused, path, "cannot be trusted: \(error)", remedy: "run e2fsck on it")
    }
  }
}
