/// Damage of the superblock, from which the places of everything else are reckoned.
extension RawExt4 {
  /// Numbers of the superblock, and how long they are: Documentation/filesystems/ext4/super.rst.
  private static let superblockFields = [
    // Inodes, blocks, free ones, the first block, how long blocks and clusters are, groups.
    (0x00, 4), (0x04, 4), (0x0C, 4), (0x10, 4), (0x14, 4), (0x18, 4), (0x1C, 4), (0x20, 4),
    (0x24, 4), (0x28, 4),
    // State, revision, the first inode and how long inodes are, features.
    (0x3A, 2), (0x4C, 4), (0x54, 4), (0x58, 2), (0x5C, 4), (0x60, 4), (0x64, 4),
    // Reserved descriptors, the journal's inode, how long descriptors are, meta_bg.
    (0xCE, 2), (0xE0, 4), (0xE8, 4), (0xFE, 2), (0x104, 4),
    // The upper halves, copies, the seed of checksums and their kind, encodings, orphans.
    (0x150, 4), (0x154, 4), (0x158, 4), (0x174, 1), (0x175, 1), (0x24C, 4), (0x250, 4), (0x254, 4),
    (0x270, 4), (0x280, 4),
  ]

  /// Changes one to three numbers of the superblock, and repairs its checksum.
  package mutating func damageSuperblock(_ random: inout SplitMix64) {
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard let (field, size) = Self.superblockFields.randomElement(using: &random) else { return }
      let old = number(1024 + field, size)
      let value: UInt32 =
        switch Int.random(in: 0..<6, using: &random) {
        case 0: old &+ 1
        case 1: old &- 1
        case 2: 0
        case 3: UInt32.random(in: .min ... .max, using: &random)
        default: old ^ 1 << UInt32.random(in: 0..<UInt32(8 * size), using: &random)
        }
      set(1024 + field, size, value)
    }
    sumSuperblock()
  }

  /// Changes a byte of an inode, wherever it lies, and repairs the checksum.
  package mutating func damageInodeByte(_ random: inout SplitMix64) {
    let inodes = namedInodes + [2, 7, 8]
    guard let inode = inodes.randomElement(using: &random) else { return }
    let place = self.inode(inode) + Int.random(in: 0..<inodeSize, using: &random)
    set(place, 1, UInt32.random(in: 0...255, using: &random))
    sum(inode: inode)
  }

  /// Repairs every checksum, whatever was changed.
  package mutating func sumAll() {
    for inode in [2, 7, 8] + namedInodes {
      sum(inode: inode)
      guard number(self.inode(inode) + 0x20, 4) & 0x80000 != 0 else { continue }
      for block in mapBlocks(of: inode) {
        if let node = place(ofBlock: block) { sum(node: node, of: inode) }
      }
    }
    // Of more only the first have blocks that are not blank.
    for group in 0..<min(groupCount, 64) { sum(group: group) }
    sumSuperblock()
  }

  private mutating func sumSuperblock() {
    set(1024 + 0x3FC, 4, CRC32C.digest(of: bytes[1024..<1024 + 0x3FC], from: ~0))
  }
}
