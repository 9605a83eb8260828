/// Damage of directories: their sizes, their blocks, the names in them.
extension RawExt4 {
  /// Changes something of a directory, and repairs the checksums over it.
  mutating func damageDirectory(_ random: inout SplitMix64) {
    let directories = [2] + namedInodes.filter { number(inode($0), 2) >> 12 == 4 }
    guard let directory = directories.randomElement(using: &random) else { return }
    let place = inode(directory)
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let sizes = [0, 1, 12, 60, UInt32(blockSize) / 2, UInt32(blockSize), 3 * UInt32(blockSize)]
      set(place + 4, 4, sizes.randomElement(using: &random) ?? 0)
    case 1:
      // Inline, with an index, case folded, encrypted.
      let flags: [UInt32] = [0x1000_0000, 0x1000, 0x4000_0000, 0x800]
      set(place + 0x20, 4, number(place + 0x20, 4) ^ (flags.randomElement(using: &random) ?? 0))
    default:
      damageName(in: directory, &random)
    }
    sum(inode: directory)
  }

  /// Documentation/filesystems/ext4/directory.rst, "Linear (Classic) Directories".
  private mutating func damageName(in directory: Int, _ random: inout SplitMix64) {
    let isInline = number(inode(directory) + 0x20, 4) & 0x1000_0000 != 0
    let block = dataBlocks(of: directory).randomElement(using: &random)
    // Behind the parent's number, where names lie in the inode.
    let start = isInline ? inode(directory) + 0x28 + 4 : block.flatMap { place(ofBlock: $0) }
    guard let start else { return }
    var entries: [Int] = []
    var entry = start
    let end = start + (isInline ? 56 : blockSize)
    while entry + 8 <= end, entries.count < 400 {
      // The last is the checksum's.
      if number(entry + 7, 1) != 0xDE { entries.append(entry) }
      let length = Int(number(entry + 4, 2))
      guard length >= 8 else { break }
      entry += length
    }
    guard let entry = entries.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: set(entry, 4, UInt32(namedInodes.randomElement(using: &random) ?? 2))
    case 1: set(entry, 4, UInt32.random(in: 0...inodeCount + 1, using: &random))
    case 2: set(entry + 4, 2, number(entry + 4, 2) ^ 1 << UInt32.random(in: 0..<12, using: &random))
    case 3: set(entry + 6, 1, number(entry + 6, 1) - min(1, number(entry + 6, 1)))
    case 4: set(entry + 7, 1, UInt32.random(in: 0..<9, using: &random))
    default:
      // The first letter of a name becomes that of others.
      set(entry + 8, 1, [0x66, 0x62, 0x73, 0x2E, 0x2F].randomElement(using: &random) ?? 0x66)
    }
    if !isInline { sum(directoryBlock: start, of: directory) }
  }

  /// The first blocks of an inode's data, as far as they stand in the inode itself.
  private func dataBlocks(of inode: Int) -> [UInt32] {
    let map = self.inode(inode) + 0x28
    guard number(self.inode(inode) + 0x20, 4) & 0x80000 != 0 else {
      return (0..<12).map { number(map + 4 * $0, 4) }.filter { place(ofBlock: $0) != nil }
    }
    guard number(map + 6, 2) == 0 else { return [] }
    return (0..<min(4, number(map + 2, 2))).flatMap { index -> [UInt32] in
      let extent = map + 12 * (Int(index) + 1)
      let first = number(extent + 8, 4)
      return (0..<min(8, number(extent + 4, 2))).map { first &+ $0 }
    }.filter { place(ofBlock: $0) != nil }
  }
}
