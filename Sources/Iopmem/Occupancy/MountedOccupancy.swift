internal import Ext4
internal import Linux
internal import SystemPackage

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
    var pending = withFiles ? [volume.path] : []
    while let folder = pending.popLast() {
      var subfolders: [FilePath] = []
      do throws(Errno) {
        try readFolder(folder, &subfolders)
      } catch { failures.append(Failure(error, folder, "cannot read the directory")) }
      pending += subfolders.reversed()
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
    if volume.kind.name == "ext4", !isJournalKnown { readJournal() }
  }

  /// Finds the journal of an ext4, which the kernel does not tell from files (fs/ext4/fsmap.c): by the
  /// superblock and the journal's inode, on a device that may be read.
  private mutating func readJournal() {
    guard let file = try? Descriptor(device.path, .readOnly, options: .nonBlocking),
      // The name may be another device's by now.
      (try? file.status().specialDevice) == volume.device,
      let runs = try? FileSystem(file.link).journalRuns()
    else { return }
    sweep.claims += runs.map { .init(bytes: $0, content: .journal) }
    isJournalKnown = true
  }

  /// Reads a folder and its files, and finds the folders in it. What is mounted there is left out.
  private mutating func readFolder(
    _ folder: FilePath, _ subfolders: inout [FilePath]
  ) throws(Errno) {
    let descriptor = try Descriptor(folder, .readOnly, options: [.directory, .noFollow])
    let status = try descriptor.status()
    guard status.device == volume.device, seen.insert(status.inode).inserted else { return }
    do throws(Errno) {
      sweep.claim(try volume.layout(of: descriptor).runs, .metadata)
    } catch .notSupported {
      // xfs does not tell of directories: their blocks are among the others.
    }
    var directory = try Directory(taking: descriptor)
    while let entry = try directory.next() {
      let path = folder.appending(entry.name.components)
      do throws(Errno) {
        let kind = if let known = entry.kind { known } else { try Status(of: path).kind }
        switch kind {
        case .directory: subfolders.append(path)
        case .regular: try readFile(entry.name, in: directory, path)
        default: break
        }
      } catch { failures.append(Failure(error, path, "cannot read where it lies")) }
    }
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
