internal import CExt2fs

extension MapWalker {
  /// How far a root may be from its leaves: `EXT4_MAX_EXTENT_DEPTH`.
  private static let maximumDepth: UInt16 = 5
  private static let entrySize = MemoryLayout<ext3_extent>.size

  /// Walks a tree of extents.
  ///
  /// The tree ends: a node's depth is one less than its parent's, and no node is reached twice,
  /// since keys grow and a node begins with its own.
  mutating func walkTree(
    _ fileSystem: borrowing FileSystem, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    let root = inode.mapBytes
    let depth = root.word16(6)
    guard depth <= Self.maximumDepth else {
      throw damage(.depth(depth, expected: Self.maximumDepth), at: 0)
    }
    try walk(
      Node(bytes: root, block: nil, depth: depth, range: 0..<Self.limit), fileSystem, body)
  }

  /// A node that is to be checked, and what is due there.
  private struct Node {
    let bytes: [UInt8]
    /// Where it lies; nil for the root, which lies in the inode.
    let block: UInt64?
    let depth: UInt16
    /// What part of the file it is for: the parent's key, to the next one's.
    let range: Range<UInt64>
  }

  private mutating func walk(
    _ node: Node, _ fileSystem: borrowing FileSystem,
    _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    let count = try entryCount(of: node)
    let entries = (0..<count).map { Self.entrySize * (1 + $0) }
    var previous: UInt64?
    for (index, entry) in entries.enumerated() {
      let key = UInt64(node.bytes.word32(entry))
      // The kernel lets the root begin anywhere, every other node where its parent says.
      if index == 0, node.block != nil, key != node.range.lowerBound {
        throw damage(.key, node.block, at: node.range.lowerBound)
      }
      guard node.range.contains(key), previous.map({ key > $0 }) ?? true else {
        throw damage(.order, node.block, at: key)
      }
      previous = key
      if node.depth == 0 {
        let run = try run(node.bytes, entry, node)
        try take(run, fileSystem)
        try body(run)
        continue
      }
      let next =
        index + 1 < count ? UInt64(node.bytes.word32(entries[index + 1])) : node.range.upperBound
      guard key < next else { throw damage(.order, node.block, at: next) }
      let child =
        UInt64(node.bytes.word32(entry + 4)) | UInt64(node.bytes.word16(entry + 8)) << 32
      try takeMetadata(child, at: key, fileSystem)
      try body(MappedRun(logical: key, physical: child, count: 1, content: .map))
      let bytes = try fileSystem.readBlock(child)
      guard fileSystem.hasSoundChecksum(bytes, of: inode.number) else {
        throw damage(.mapChecksum, child, at: key)
      }
      try walk(
        Node(bytes: bytes, block: child, depth: node.depth - 1, range: key..<next), fileSystem,
        body)
    }
  }

  /// How many entries a node has, if its header can be believed.
  private func entryCount(of node: Node) throws(Ext4Error) -> Int {
    let start = node.range.lowerBound
    let capacity = node.bytes.count / Self.entrySize - 1
    guard node.bytes.word16(0) == UInt16(EXT3_EXT_MAGIC) else {
      throw damage(.noNode, node.block, at: start)
    }
    let room = node.bytes.word16(4)
    guard room > 0, Int(room) <= capacity else {
      throw damage(.capacity(room), node.block, at: start)
    }
    let count = node.bytes.word16(2)
    guard count <= room, count > 0 || (node.depth == 0 && node.block == nil) else {
      throw damage(.entries(count), node.block, at: start)
    }
    let depth = node.bytes.word16(6)
    guard depth == node.depth else {
      throw damage(.depth(depth, expected: node.depth), node.block, at: start)
    }
    return Int(count)
  }

  private func run(_ bytes: [UInt8], _ entry: Int, _ node: Node) throws(Ext4Error) -> MappedRun {
    let length = UInt64(bytes.word16(entry + 4))
    // `EXT_INIT_MAX_LEN`: what is longer is unwritten.
    let longest: UInt64 = 32_768
    let run = MappedRun(
      logical: UInt64(bytes.word32(entry)),
      physical: UInt64(bytes.word32(entry + 8)) | UInt64(bytes.word16(entry + 6)) << 32,
      count: length > longest ? length - longest : length,
      content: length > longest ? .unwritten : .data)
    guard run.count > 0 else { throw damage(.length, run.physical, at: run.logical) }
    guard run.logical + run.count <= node.range.upperBound else {
      throw damage(.order, node.block, at: run.logical)
    }
    return run
  }
}

extension FileSystem {
  /// The corresponding C function is `ext2fs_extent_block_csum_verify`.
  fileprivate func hasSoundChecksum(_ node: [UInt8], of inode: UInt32) -> Bool {
    // The checksum lies behind the room for entries, which must not lead out of the block.
    guard MemoryLayout<ext3_extent>.size * (1 + Int(node.word16(4))) + 4 <= node.count else {
      return true
    }
    var node = node
    return unsafe node.withUnsafeMutableBytes { bytes in
      let header = unsafe bytes.baseAddress?.assumingMemoryBound(to: ext3_extent_header.self)
      return unsafe ext2fs_extent_block_csum_verify(handle, inode, header) != 0
    }
  }
}
