internal import Linux
internal import SystemPackage

/// A file in the making: it has no name yet, or only one in a hidden directory.
struct StagedFile {
  /// What it will hold.
  let entry: Manifest.Entry
  /// The name that it will have, for messages.
  let path: FilePath
  /// How long it will be.
  let size: ByteCount
  /// Its size in whole blocks.
  let length: ByteCount
  /// Where it must begin.
  let alignment: Alignment
  let options: PlacementOptions

  /// Whether it goes through the page cache among many files: each direct write waits for the device,
  /// and so does the cut of its last block; what has gathered is written at once.
  var isSmall: Bool { length.rawValue <= 1 << 20 }

  init(
    _ entry: Manifest.Entry, _ volume: borrowing MountedVolume, _ options: PlacementOptions
  ) throws(Failure) {
    self.entry = entry
    self.options = options
    path = volume.path.appending(entry.path.components)
    size = entry.content.fileSize ?? .zero
    guard let length = try? size.roundedUp(to: volume.blockSize), length.rawValue <= Int64.max
    else { throw .tooLarge(path) }
    self.length = length
    alignment = options.alignment(
      ofLength: length, origin: volume.origin.offset, blockSize: volume.blockSize)
  }

  /// Tells whether the free space holds the file, if it were the only one; true if the free space
  /// is not listed.
  func hasRoom(in free: FreeSpace?) -> Bool {
    guard let free, length > .zero else { return true }
    return free.largest(alignment) >= length
  }

  /// Refuses a file that the free space could not hold even if it were the only one.
  func expectRoom(in free: FreeSpace?) throws(Failure) {
    guard let free, !hasRoom(in: free) else { return }
    throw .fragmented(path, length: length, alignment, largest: free.largest(alignment))
  }

  /// Makes the file with all its blocks, unwritten, and without a name.
  func make(_ volume: borrowing MountedVolume) throws(Failure) -> Descriptor {
    let file = try allocated(volume)
    try file.expectPlain(path)
    return file
  }

  private func allocated(_ volume: borrowing MountedVolume) throws(Failure) -> Descriptor {
    if !options.allowsFragments && length > .zero {
      let request = RunRequest(path: path, length: length, alignment: alignment)
      return try ContiguousAllocator(request: request).allocate(on: volume)
    }
    let file = try volume.makeUnnamedFile()
    let length = length.rawValue
    guard length > 0 else { return file }
    try explain(path, "cannot allocate \(length) bytes") { () throws(Errno) in
      try file.allocate(from: 0, length: length)
    }
    return file
  }

  /// Writes every block.
  func write(
    _ file: borrowing Descriptor, _ volume: borrowing MountedVolume, _ copier: inout FileCopier
  ) throws(Failure) {
    try copier.copy(entry, blockSize: volume.blockSize) { (buffer, offset, count) throws(Failure) in
      try explain(path, "cannot write") { () throws(Errno) in
        try buffer.write(0..<count, to: file, at: offset)
      }
    }
    try explain(path, "cannot write") { () throws(Errno) in
      try file.truncate(to: size.rawValue)
    }
  }

  /// Reads the layout back and proves that it is as promised.
  func proof(
    _ file: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) -> PlacedFile {
    let layout = try explain(path, "cannot read the layout") { () throws(Errno) in
      try volume.layout(of: file)
    }
    if let problem = layout.problem(size: size, options.allowsFragments ? nil : alignment) {
      throw Failure(.failed, path, "was written, and \(problem)", remedy: "nothing was changed")
    }
    return try PlacedFile(path: path, size: size, layout, origin: volume.origin)
  }
}

extension Descriptor {
  /// Refuses a file whose addresses would be useless: on another device, or of bytes that its reader
  /// does not see.
  func expectPlain(_ path: FilePath) throws(Failure) {
    let (flags, attributes) = try explain(path, "cannot read") { () throws(Errno) in
      (try extendedFlags(), try status().attributes)
    }
    if flags.contains(.realtime) {
      throw Failure(.refused, path, "would lie on the realtime device")
    }
    if !attributes.isDisjoint(with: [.encrypted, .compressed]) {
      throw Failure(.refused, path, "would not hold on the device what it holds for its reader")
    }
  }
}
