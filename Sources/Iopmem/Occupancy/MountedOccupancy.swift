internal import Ext4
internal import Linux
internal import SystemPackage
internal import XFS

/// Reads what lies where of a mounted file system: its space by GETFSMAP, its files by FIEMAP.
struct MountedOccupancy: ~Copyable {
  private let volume: MountedVolume
  private let device: BlockDevice
  private let leases: DeviceLeases
  private var sweep = OccupancySweep()
  private var files: [OccupyingFile] = []
  private var failures: [Failure] = []
  private var isJournalKnown = false
  /// Files with several names are one.
  private var seen: Set<UInt64> = []

  init(_ volume: consuming MountedVolume, _ device: BlockDevice, leases: DeviceLeases) {
    self.volume = volume
    self.device = device
    self.leases = leases
  }

  /// How often it is read anew when it changed meanwhile.
  private static let attempts = 3

  /// Reads it.
  /// - Parameter withFiles: whether to read the directories.
  /// - Throws: `refused` when the file system does not tell what its space is used for.
  consuming func read(withFiles: Bool) throws(Failure) -> Occupancy {
    try volume.settle()
    for _ in 1..<Self.attempts {
      let found = try readOnce(withFiles)
      if !found.isUnsettled { return found }
    }
    return try readOnce(withFiles)
  }

  private mutating func readOnce(_ withFiles: Bool) throws(Failure) -> Occupancy {
    (sweep, files, failures, seen) = (OccupancySweep(), [], [], [])
    try readSpace()
    var walk = withFiles ? [FolderNames(volume.path)] : []
    while let last = walk.indices.last {
      if let subfolder = walk[last].takeFolder() {
        walk.append(subfolder)
      } else if walk[last].isDone {
        walk.removeLast()
      } else {
        readFiles(of: &walk[last])
      }
    }
    return Occupancy(
      device: device.path, mountPoint: volume.path, fileSystem: volume.kind.name,
      length: device.length, origin: volume.origin.offset, isInBar: volume.origin.isInBar,
      areas: sweep.areas(length: device.length), isJournalKnown: isJournalKnown,
      wasSearched: withFiles, files: files,
      leases: leases.count, failures: failures)
  }

  private mutating func readSpace() throws(Failure) {
    var space: [OccupancySweep.Claim] = []
    do throws(Errno) {
      try volume.directory.forEachSpaceRecord(on: volume.device) { record in
        let (end, overflow) = record.start.addingReportingOverflow(record.length)
        let bytes = record.start..<(overflow ? .max : max(record.start, end))
        space.append(OccupancySweep.Claim(bytes: bytes, content: record.owner.content))
      }
    } catch {
      throw Failure(
        .refused, volume.path, "does not tell what its space is used for",
        remedy: "ext4 and xfs do; an ext2, ext3 or ext4 can be read unmounted", cause: error)
    }
    sweep.space = space
    isJournalKnown = space.contains { $0.content == .journal }
    if !isJournalKnown, let runs = journalRuns() {
      sweep.claims += runs.map { .init(bytes: $0, content: .journal) }
      isJournalKnown = true
    }
  }

  /// Finds the journal, which the kernel does not tell from files: of ext4 never (fs/ext4/fsmap.c), of
  /// xfs only where blocks know their owners (fs/xfs/xfs_fsmap.c). It stays where it was made, and the
  /// superblock tells where, on a device that may be read.
  /// - Returns: nil when that is not known.
  private func journalRuns() -> [Range<UInt64>]? {
    guard let file = try? Descriptor(device.path, .readOnly, options: .nonBlocking),
      // The name may be another device's by now.
      (try? file.status().specialDevice) == volume.device
    else { return nil }
    switch volume.kind.name {
    case "ext4": return try? FileSystem(file.link).journalRuns()
    case "xfs": return try? XFSFileSystem(file.link).log().map { [$0] } ?? []
    default: return nil
    }
  }

  /// Reads the files of a folder up to the next folder in it, which comes first.
  private mutating func readFiles(of names: inout FolderNames) {
    do throws(Errno) {
      guard var directory = try open(&names) else {
        return names.giveUp()
      }
      if !names.isRead, let error = names.read(&directory) { report(error, names.folder) }
      while let name = names.takeFile() {
        let path = names.folder.entry(name)
        do throws(Errno) { try readFile(name, in: directory, path) } catch {
          failures.append(Failure(error, path, "cannot read where it lies"))
        }
      }
    } catch {
      names.giveUp()
      failures.append(.opening(folder: names.folder, error))
    }
  }

  private mutating func report(_ error: Errno, _ folder: FilePath) {
    failures.append(Failure(error, folder, "cannot read the directory"))
  }

  /// Opens a folder and, the first time, claims its own blocks.
  /// - Returns: nil for what is mounted there, and for a folder that was read.
  private mutating func open(_ names: inout FolderNames) throws(Errno) -> Directory? {
    let descriptor = try names.open()
    guard !names.isRead else { return try Directory(taking: descriptor) }
    let status = try descriptor.status()
    guard status.device == volume.device, seen.insert(status.inode).inserted else { return nil }
    do throws(Errno) {
      sweep.claim(try volume.layout(of: descriptor).runs, .metadata)
    } catch .notSupported {
      // xfs does not tell of directories: their blocks are among the others.
    }
    return try Directory(taking: descriptor)
  }

  private mutating func readFile(
    _ name: FilePath, in directory: borrowing Directory, _ path: FilePath
  ) throws(Errno) {
    // What was a regular file may by now be a link, or a FIFO that waits for a writer.
    let file = try directory.open(name, .readOnly, options: [.noFollow, .nonBlocking])
    let status = try file.status()
    guard status.kind == .regular, status.device == volume.device,
      seen.insert(status.inode).inserted
    else { return }
    let layout = try volume.layout(of: file)
    sweep.claim(layout.runs, .file(files.count))
    files.append(
      OccupyingFile(
        path: path, inode: status.inode, size: ByteCount(status.size),
        start: layout.runs.first?.physical, pieces: layout.runs.count,
        isPinned: status.attributes.contains(.immutable),
        isLeased: leases.inodes.contains(status.inode)))
  }
}

extension SpaceRecord.Owner {
  fileprivate var content: Occupancy.Content {
    switch self {
    case .free: .free
    case .journal: .journal
    case .metadata: .metadata
    case .data: .other
    }
  }
}
