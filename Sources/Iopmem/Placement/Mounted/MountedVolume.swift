internal import Linux
internal import SystemPackage

/// The file system that a directory belongs to, and where its device's byte 0 lies in the BAR.
struct MountedVolume: ~Copyable {
  /// The open directory.
  let directory: Descriptor
  /// Its path, for messages.
  let path: FilePath
  /// The block device.
  let device: DeviceNumber
  /// Which file system it is.
  let kind: FileSystemKind
  /// The unit in which the file system allocates.
  let blockSize: ByteCount
  /// Where the device's byte 0 lies.
  let origin: Origin

  /// - Throws: `Failure`, refused, on file systems whose FIEMAP does not speak of the device.
  init(_ path: FilePath, _ origin: DeviceOrigin) throws(Failure) {
    let directory = try explain(path, "cannot open the directory") { () throws(Errno) in
      try Descriptor(path, .readOnly, options: .directory)
    }
    try self.init(directory, named: path, origin)
  }

  /// Takes an open directory.
  /// - Throws: as with a path.
  init(
    _ directory: consuming Descriptor, named path: FilePath, _ origin: DeviceOrigin
  ) throws(Failure) {
    let (system, device) = try explain(path, "cannot read") { () throws(Errno) in
      (try directory.fileSystem(), try directory.status().device)
    }
    let (kind, size) = system
    guard kind.reportsDeviceExtents else {
      throw Failure(
        .refused, path, "is on \(kind.name), whose files have no address to speak of",
        remedy: "ext4 and xfs do")
    }
    self.origin = try origin.origin(of: device)
    self.directory = directory
    self.kind = kind
    self.path = path
    self.device = device
    blockSize = ByteCount(UInt64(size))
  }

  /// Asks the file system for its free runs; nil if it does not list them.
  func freeSpace() -> FreeSpace? {
    var runs: [FreeRun] = []
    do {
      try directory.forEachFreeRun(on: device) { start, length in
        if let run = FreeRun(start: DeviceOffset(start), length: ByteCount(length)) {
          runs.append(run)
        }
      }
    } catch {
      // ext2 mounted by itself and old kernels have no such map: the search then tries.
      return nil
    }
    return FreeSpace(runs)
  }

  /// Asks for the free run from a place on, without the rest; nil if the place is in use or the file
  /// system does not tell.
  func freeRun(from start: DeviceOffset) -> FreeRun? {
    guard let length = try? directory.freeLength(from: start.rawValue, on: device) else {
      return nil
    }
    return FreeRun(start: start, length: ByteCount(length))
  }

  /// Waits until blocks that were freed a moment ago can be allocated: a journalled file system
  /// gives them out only once the change is on the device.
  func settle() throws(Failure) {
    try explain(path, "cannot write") { () throws(Errno) in
      try directory.synchronizeFileSystem()
    }
  }

  /// Makes a file in the directory without a name. If the process ends before the file is linked,
  /// the kernel frees its blocks. ext4 and XFS both have such files.
  func makeUnnamedFile() throws(Failure) -> Descriptor {
    try explain(path, "cannot make a file") { () throws(Errno) in try newUnnamedFile() }
  }

  /// Makes a file that only holds blocks.
  /// - Returns: nil if the file system has no inode left for it.
  func makeSpareFile() throws(Failure) -> Descriptor? {
    do {
      return try newUnnamedFile()
    } catch {
      guard error == .noSpace else { throw Failure(error, path, "cannot make a file") }
      return nil
    }
  }

  private func newUnnamedFile() throws(Errno) -> Descriptor {
    try Descriptor(
      ".", in: directory, .readWrite, options: [.temporary, .direct],
      permissions: .ownerReadWrite)
  }

  /// Reads where a file lies now.
  /// - Throws: `Errno`; `overflow` for places past 2^64 − 1.
  func layout(of file: borrowing Descriptor) throws(Errno) -> Layout {
    var layout = Layout()
    var buffer = FiemapBuffer()
    var start: UInt64 = 0
    while true {
      try buffer.fill(from: file, start: start, length: .max - start)
      if buffer.count == 0 { return layout }
      for index in 0..<buffer.count {
        let extent = Extent(buffer[index])
        guard extent.logical.rawValue >= start,
          let end = try? extent.logical.advanced(by: extent.length), end.rawValue > start
        else { throw .overflow }
        do { try layout.append(extent) } catch { throw .overflow }
        start = end.rawValue
        if extent.flags.contains(.last) { return layout }
      }
    }
  }
}
