internal import Ext4
internal import Linux
internal import SystemPackage

extension ImageFileMapper {
  /// Reads what lies where: the space by the bitmap and the places of the structures, the files by
  /// their maps.
  /// - Parameter withFiles: whether to read the directories.
  /// - Throws: `Failure` for damage of what the file system as a whole rests on.
  consuming func occupancy(withFiles: Bool) throws(Failure) -> Occupancy {
    var reader = ImageOccupancy()
    try explain(image) { () throws(Ext4Error) in try reader.readSpace(of: fileSystem) }
    if withFiles { reader.readTree(of: fileSystem) }
    try confirm()
    return Occupancy(
      device: image, mountPoint: nil, fileSystem: "ext4", length: window.length,
      origin: window.start, isInBar: source.isInBar,
      areas: reader.sweep.areas(length: window.length), wasSearched: withFiles,
      files: reader.files, leases: nil, failures: reader.failures)
  }
}

/// Gathers what lies where of an unmounted ext4.
private struct ImageOccupancy {
  private(set) var sweep = OccupancySweep()
  private(set) var files: [OccupyingFile] = []
  private(set) var failures: [Failure] = []
  /// Files with several names are one, and damage can make a circle of directories.
  private var seen: Set<UInt32> = []

  /// Finds what is free, what is the file system's own, and between these what is in use.
  mutating func readSpace(of fileSystem: borrowing FileSystem) throws(Ext4Error) {
    var space: [OccupancySweep.Claim] = []
    try fileSystem.forEachFreeRun { space.append(.init(bytes: $0, content: .free)) }
    try fileSystem.forEachSystemRun { bytes, owner in
      space.append(.init(bytes: bytes, content: owner == .journal ? .journal : .metadata))
    }
    space.sort { $0.bytes.lowerBound < $1.bytes.lowerBound }
    var position: UInt64 = 0
    for claim in space {
      if claim.bytes.lowerBound > position {
        sweep.space.append(.init(bytes: position..<claim.bytes.lowerBound, content: .other))
      }
      sweep.space.append(claim)
      position = max(position, claim.bytes.upperBound)
    }
    let end = try fileSystem.byteCount()
    if position < end { sweep.space.append(.init(bytes: position..<end, content: .other)) }
  }

  /// Finds the files below the root directory. What is damaged is among the failures.
  mutating func readTree(of fileSystem: borrowing FileSystem) {
    var pending = [
      (path: FilePath("/"), number: Ext4.Inode.rootNumber, kind: Status.Kind?.some(.directory))
    ]
    while let next = pending.popLast() {
      guard seen.insert(next.number).inserted else { continue }
      do throws(Failure) { try Failure.expectShort(next.path) } catch {
        failures.append(error)
        continue
      }
      do throws(Ext4Error) {
        let inode = try fileSystem.inode(next.number)
        guard inode.kind == next.kind ?? inode.kind, inode.kind != .other else {
          failures.append(.otherKind(next.path))
          continue
        }
        guard inode.kind == .directory || inode.kind == .regular else { continue }
        guard let layout = try fileSystem.layout(of: inode) else {
          failures.append(Failure(.failed, next.path, "cannot be mapped"))
          continue
        }
        // Inline data has no place.
        let runs = layout.flags.contains(.inline) ? [] : layout.runs
        guard inode.kind == .directory else {
          add(inode, next.path, runs)
          continue
        }
        sweep.claim(runs, .metadata)
        let entries = try fileSystem.entries(of: next.number).sorted(byName: \.name)
        pending += entries.reversed().map {
          (next.path.entry($0.name), $0.inode, $0.kind)
        }
      } catch { failures.append(Failure(reading: error, next.path)) }
    }
  }

  private mutating func add(_ inode: Ext4.Inode, _ path: FilePath, _ runs: [Layout.Run]) {
    sweep.claim(runs, .file(files.count))
    files.append(
      OccupyingFile(
        path: path, inode: UInt64(inode.number), size: ByteCount(inode.size),
        start: runs.first?.physical, pieces: runs.count, isPinned: inode.isImmutable,
        isLeased: false))
  }
}

extension Failure {
  /// A name of one kind of file that leads to another, or to none.
  fileprivate static func otherKind(_ path: FilePath) -> Failure {
    Failure(
      .refused, path, "is not the kind of file that its directory says",
      remedy: "the file system is damaged: run e2fsck on it")
  }
}
