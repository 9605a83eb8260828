/// Damage of one field at a time, by what the field means.
extension RawExt4 {
  /// Changes one to three fields, and repairs the checksums over them.
  package mutating func damage(_ random: inout SplitMix64) {
    let inodes = namedInodes
    let large = inodes.filter { !mapBlocks(of: $0).isEmpty }
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      // Those with much of a map are few.
      let some = large.isEmpty || Bool.random(using: &random) ? inodes : large
      guard let inode = some.randomElement(using: &random) else { return }
      switch Int.random(in: 0..<15, using: &random) {
      case 0..<3: damageInode(inode, &random)
      case 3..<5: damageMapInInode(inode, &random)
      case 5..<9: damageMapBlock(large, &random)
      case 9: damageBitmap(&random)
      case 10:
        // Last: the inodes may now be elsewhere.
        return damageDescriptor(&random)
      case 11..<14: damageDirectory(&random)
      default: damageMapInInode([8, 7, 3].randomElement(using: &random) ?? 8, &random)
      }
    }
  }

  /// A number for a block: free, in use, a structure, outside, or close to what it was.
  private func block(near old: UInt32, _ random: inout SplitMix64) -> UInt32 {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: 0
    case 1: old &+ 1
    case 2: old &- 1
    case 3: UInt32.random(in: 0..<blockCount, using: &random)
    case 4: UInt32.random(in: 0..<80, using: &random)
    case 5: blockCount &- UInt32.random(in: 0...1, using: &random)
    case 6: UInt32.random(in: .min ... .max, using: &random)
    case 7:
      namedInodes.randomElement(using: &random).map { number(inode($0) + 0x28 + 20, 4) } ?? old
    default: old ^ 1 << UInt32.random(in: 0..<32, using: &random)
    }
  }

  /// A number that has nothing to do with blocks.
  private func count(near old: UInt32, _ size: Int, _ random: inout SplitMix64) -> UInt32 {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: 0
    case 1: old &+ 1
    case 2: old &- 1
    case 3: old ^ 1 << UInt32.random(in: 0..<UInt32(8 * size), using: &random)
    case 4: old &+ 32_768
    default: UInt32.random(in: .min ... .max, using: &random)
    }
  }

  /// Extents, inline, encrypted, verity, huge, attributes of another, behind the end, case, index.
  private static let flags: [UInt32] = [
    0x80000, 0x1000_0000, 0x800, 0x10_0000, 0x4_0000, 0x20_0000, 0x40_0000, 0x4000_0000, 0x1000,
  ]

  /// Documentation/filesystems/ext4/inodes.rst.
  private mutating func damageInode(_ inode: Int, _ random: inout SplitMix64) {
    let fields = [
      (0x00, 2), (0x04, 4), (0x1A, 2), (0x1C, 4), (0x20, 4), (0x20, 4), (0x64, 4), (0x68, 4),
      (0x6C, 4), (0x74, 2), (0x76, 2), (0x80, 2),
    ]
    guard let (field, size) = fields.randomElement(using: &random) else { return }
    let place = self.inode(inode) + field
    let old = number(place, size)
    let value =
      switch field {
      case 0x20: old ^ (Self.flags.randomElement(using: &random) ?? 0)
      case 0x68: block(near: old, &random)
      default: count(near: old, size, &random)
      }
    // Not the kind of thing that it is: a device has no map.
    set(place, size, field == 0 ? old & 0xF000 | value & 0xFFF : value)
    sum(inode: inode)
    // Where the generation changed, the nodes would no longer be this inode's.
    if field == 0x64 {
      for block in mapBlocks(of: inode)
      where self.number(self.inode(inode) + 0x20, 4) & 0x80000 != 0 {
        if let node = self.place(ofBlock: block) { sum(node: node, of: inode) }
      }
    }
  }

  private mutating func damageMapInInode(_ inode: Int, _ random: inout SplitMix64) {
    let map = self.inode(inode) + 0x28
    if number(self.inode(inode) + 0x20, 4) & 0x80000 != 0 {
      damageNode(map, capacity: 4, &random)
    } else {
      let place = map + 4 * Int.random(in: 0..<15, using: &random)
      set(place, 4, block(near: number(place, 4), &random))
    }
    sum(inode: inode)
  }

  private mutating func damageMapBlock(_ inodes: [Int], _ random: inout SplitMix64) {
    guard let inode = inodes.randomElement(using: &random),
      let chosen = mapBlocks(of: inode).randomElement(using: &random),
      let place = place(ofBlock: chosen)
    else { return }
    if number(self.inode(inode) + 0x20, 4) & 0x80000 != 0 {
      damageNode(place, capacity: min(Int(number(place + 2, 2)), blockSize / 12 - 1), &random)
      // Now and then a checksum that is wrong.
      if Int.random(in: 0..<10, using: &random) > 0 { sum(node: place, of: inode) }
    } else {
      let entry = place + 4 * Int.random(in: 0..<min(400, blockSize / 4), using: &random)
      set(entry, 4, block(near: number(entry, 4), &random))
    }
  }

  /// Documentation/filesystems/ext4/ifork.rst.
  private mutating func damageNode(_ place: Int, capacity: Int, _ random: inout SplitMix64) {
    if Int.random(in: 0..<4, using: &random) == 0 {
      let field = place + 2 * Int.random(in: 0..<4, using: &random)
      return set(field, 2, count(near: number(field, 2), 2, &random))
    }
    let entry = place + 12 * (1 + Int.random(in: 0..<max(1, capacity), using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1: set(entry, 4, count(near: number(entry, 4), 2, &random))
    case 2: set(entry + 4, 2, count(near: number(entry + 4, 2), 2, &random))
    case 3: set(entry + 6, 2, count(near: number(entry + 6, 2), 2, &random))
    case 4: set(entry + 4, 4, block(near: number(entry + 4, 4), &random))
    default: set(entry + 8, 4, block(near: number(entry + 8, 4), &random))
    }
  }

  private mutating func damageBitmap(_ random: inout SplitMix64) {
    let group = Int.random(in: 0..<groupCount, using: &random)
    let field = Bool.random(using: &random) ? 0 : 4
    guard let bitmap = place(ofBlock: number(descriptor(group) + field, 4)) else { return }
    let byte = bitmap + Int.random(in: 0..<min(300, blockSize), using: &random)
    set(byte, 1, count(near: number(byte, 1), 1, &random))
    sum(group: group)
  }

  /// Documentation/filesystems/ext4/group_descr.rst.
  private mutating func damageDescriptor(_ random: inout SplitMix64) {
    let group = Int.random(in: 0..<groupCount, using: &random)
    let place = descriptor(group)
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      set(place + 0x12, 2, number(place + 0x12, 2) ^ 1 << UInt32.random(in: 0..<3, using: &random))
    case 1: set(place + 0x1C, 2, count(near: number(place + 0x1C, 2), 2, &random))
    case 2: set(place + 0x0C, 2, count(near: number(place + 0x0C, 2), 2, &random))
    case 3: set(place, 4, block(near: number(place, 4), &random))
    case 4: set(place + 4, 4, block(near: number(place + 4, 4), &random))
    default: set(place + 8, 4, block(near: number(place + 8, 4), &random))
    }
    sum(group: group)
  }
}
