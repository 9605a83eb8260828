internal import Linux
internal import SystemPackage

/// A file without a name on a mounted ext4 that grows into the blocks right behind those it has.
///
/// The allocator (fs/ext4/mballoc.c) gives a request of more than 32,767 blocks what follows the
/// extent that the file ends in, if all of a window of 8 MiB of the file is free there or as much
/// of it as comes before the file's next extent. So the windows are laid where they cross no group
/// of blocks, and a marker, a block from anywhere, ends the last.
struct GrowingFile: ~Copyable {
  let file: Descriptor
  /// Where in the file its first run begins, in bytes.
  private(set) var logical: UInt64 = 0
  /// Where on the device it does.
  private(set) var physical: UInt64
  /// Where on the device the marker is.
  let marker: DeviceOffset
  private let path: FilePath
  private let block: UInt64
  /// Where in the file the marker is.
  private var end: UInt64

  /// As many blocks as the allocator does not call a large file: `s_mb_stream_request`.
  static let probeBlocks: UInt64 = 16
  /// One more than an unwritten extent can have: `EXT_UNWRITTEN_MAX_LEN`.
  private static let largeBlocks: UInt64 = 32_768
  /// What the allocator plans at once, at most.
  private static let window: UInt64 = 8 << 20

  /// Makes the file, of 15 blocks and the marker, where the allocator likes.
  /// - Returns: nil if it does not lie in two pieces, or if so much is not free, or no inode.
  init?(_ volume: borrowing MountedVolume, _ path: FilePath) throws(Failure) {
    let block = volume.blockSize.rawValue
    guard let file = try volume.makeSpareFile() else { return nil }
    let probe = (Self.probeBlocks - 1) * block
    guard try file.reserve(from: probe, length: block, path),
      try file.reserve(from: 0, length: probe, path)
    else { return nil }
    let runs = try volume.layout(of: file, path).runs
    guard runs.count == 2, runs[0].length.rawValue == probe else { return nil }
    self.file = file
    self.path = path
    self.block = block
    physical = runs[0].physical.rawValue
    marker = runs[1].physical
    end = probe
  }

  /// Where on the device the file begins.
  var start: DeviceOffset { DeviceOffset(physical) }

  /// Where the blocks end that it has before it grows.
  var firstEnd: DeviceOffset { DeviceOffset(physical + (Self.probeBlocks - 1) * block) }

  /// Moves the file's bytes so that its windows and the device's groups agree.
  mutating func straighten() throws(Failure) {
    // Blocks of 1 KiB are counted from the second on: `s_first_data_block`.
    let origin: UInt64 = block == 1024 ? block : 0
    let shift = (physical &- origin &- logical) % Self.window
    if shift == 0 { return }
    try explain(path, "cannot allocate") { [logical] () throws(Errno) in
      try file.insertHole(at: logical, length: shift)
    }
    logical += shift
    end += shift
  }

  /// Gives the file all blocks up to a place on the device, and gives back those before a start.
  /// - Returns: whether it has what lies between; the file is of no use if it has not.
  mutating func grow(
    from start: DeviceOffset? = nil, to stop: DeviceOffset, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Bool {
    try straighten()
    guard stop.rawValue > physical else { return false }
    let (last, overflow) = logical.addingReportingOverflow(stop.rawValue - physical)
    guard !overflow else { return false }
    if last > end {
      try explain(path, "cannot allocate") { [end] () throws(Errno) in
        try file.insertHole(at: end, length: last - end)
      }
      end = last
    }
    // What lies before the start is given back early: it may be what is missing at the end.
    if let start, start.rawValue > physical {
      try extend(by: 0)
      let skipped = start.rawValue - physical
      try explain(path, "cannot allocate") { [logical] () throws(Errno) in
        try file.punch(from: logical, length: skipped)
      }
      logical += skipped
      physical += skipped
    }
    try extend(by: stop.rawValue - physical)
    return try volume.layout(of: file, path).runs.contains { run in
      run.logical.rawValue <= logical && run.length.rawValue >= last - run.logical.rawValue
        && run.physical.rawValue &- run.logical.rawValue == physical &- logical
    }
  }

  /// Requests a range of at least so many bytes from the file's beginning on.
  ///
  /// What it gets past the marker is cut off later; that there is less than that does not matter.
  private func extend(by length: UInt64) throws(Failure) {
    _ = try file.reserve(from: logical, length: max(length, Self.largeBlocks * block), path)
  }

  /// Trims the file to what it has from its first run's beginning on, this long, and waits until
  /// that is on the device: what the file gives back is then free for the next request.
  func trim(to length: ByteCount) throws(Failure) {
    try explain(path, "cannot allocate") { () throws(Errno) in
      try file.truncate(to: logical + length.rawValue)
      if logical > 0 { try file.collapse(from: 0, length: logical) }
      try file.synchronize()
    }
  }

  /// Keeps the file as a placeholder of its first run, and gives back the rest.
  consuming func placeholder(on volume: borrowing MountedVolume) throws(Failure) -> PlaceholderFile
  {
    let layout = try volume.layout(of: file, path)
    if let run = layout.runs.first(where: { $0.physical.rawValue == physical }) {
      try explain(path, "cannot allocate") { () throws(Errno) in
        try file.truncate(to: run.logical.rawValue + run.length.rawValue)
        try file.synchronize()
      }
    }
    return PlaceholderFile(file, layout)
  }
}

extension Descriptor {
  /// Gives a range of the file blocks.
  /// - Returns: false if there are not so many; it may have got some of them.
  func reserve(
    from offset: UInt64, length: UInt64, _ path: FilePath
  ) throws(Failure) -> Bool {
    if Interruption.signal != nil { throw .interrupted() }
    do {
      try allocate(from: offset, length: length)
      return true
    } catch {
      guard error == .noSpace else { throw Failure(error, path, "cannot allocate") }
      return false
    }
  }
}

extension MountedVolume {
  func layout(of file: borrowing Descriptor, _ path: FilePath) throws(Failure) -> Layout {
    try explain(path, "cannot read the layout") { () throws(Errno) in try layout(of: file) }
  }
}
